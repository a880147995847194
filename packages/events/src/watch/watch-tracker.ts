import { type VariableId, VariableMap } from "../naming/index.ts";
import { StateFold, type StateWrite } from "../state/index.ts";
import type { VariableLookup, Watch } from "./watch.ts";

/** The expression became true, or ceased to be. */
export interface WatchChange {
  /** For whom, where the expression has a wildcard. */
  agent_id?: string;
  became: boolean;
}

/**
 * Follows a state event by event and says when an expression becomes true: in a run that is going on, and over the log of
 * one that is finished, the same. Looks at the first event, for what holds from the start, and then only when something
 * that the expression names has changed.
 *
 *     const tracker = new WatchTracker(compileWatch("*.wealth < 0"));
 *     tracker.event(0); // []
 *     tracker.event(4, { agent_id: "ann", variable_name: "wealth", new_value: -3 }); // [{ agent_id: "ann", became: true }]
 */
export class WatchTracker {
  readonly watch: Watch;
  readonly #fold = new StateFold();
  readonly #lookup: VariableLookup;
  /** For whom it holds; under `undefined` where there is no wildcard. */
  readonly #holding = new Set<string | undefined>();
  readonly #wildNames = new Set<string>();
  /** All that the expression's other names may mean, and whether there was such a variable yet. */
  readonly #fixed = new VariableMap<boolean>();
  #turn: number | undefined;

  /** @param willCome where it is known which variables there will be: a name then means the same from the start */
  constructor(watch: Watch, willCome: (variable: VariableId) => boolean = () => false) {
    this.watch = watch;
    for (const { reference } of watch.variables) {
      if (reference.of === "anyone") this.#wildNames.add(reference.variable_name);
      else {
        for (const meaning of reference.meanings)
          this.#fixed.set(meaning.agent_id, meaning.variable_name, willCome(meaning));
      }
    }
    this.#lookup = { value: (meanings) => this.#valueOf(meanings) };
  }

  /** Whether a write of this variable can make a difference. */
  watches(agentId: string | undefined, name: string): boolean {
    return this.#fixed.has(agentId, name) || (agentId !== undefined && this.#wildNames.has(name));
  }

  /** Something happened in `turn`: a variable was written, a turn began, anything. */
  event(turn: number, write?: StateWrite): WatchChange[] {
    const isFirst = this.#turn === undefined;
    const isNews = isFirst || (this.watch.usesTurn && turn !== this.#turn);
    this.#turn = turn;
    if (write === undefined || !this.watches(write.agent_id, write.variable_name)) {
      return isNews ? this.#look(turn) : [];
    }
    const { agent_id: agentId, variable_name: name } = write;
    this.#fold.apply(write);
    const isFixed = this.#fixed.has(agentId, name);
    if (isFixed) this.#fixed.set(agentId, name, true);
    return isNews || isFixed || agentId === undefined ? this.#look(turn) : this.#lookFor(agentId, turn);
  }

  #valueOf(meanings: readonly VariableId[]): ReturnType<VariableLookup["value"]> {
    const [only] = meanings;
    const meant =
      meanings.length === 1 || only === undefined
        ? only
        : meanings.find(({ agent_id, variable_name }) => this.#fixed.get(agent_id, variable_name));
    return meant && this.#fold.get(meant.agent_id, meant.variable_name);
  }

  #look(turn: number): WatchChange[] {
    if (!this.watch.hasWildcard) return this.#lookFor(undefined, turn);
    // Those for whom it held may have left.
    const agents = new Set([...this.#fold.agentIds(), ...this.#holding]);
    return [...agents].flatMap((agentId) => this.#lookFor(agentId, turn));
  }

  #lookFor(agentId: string | undefined, turn: number): WatchChange[] {
    const became = this.watch.holdsFor(agentId, this.#lookup, turn);
    if (became === this.#holding.has(agentId)) return [];
    if (became) this.#holding.add(agentId);
    else this.#holding.delete(agentId);
    return [agentId === undefined ? { became } : { agent_id: agentId, became }];
  }
}
