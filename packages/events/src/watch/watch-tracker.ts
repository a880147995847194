import { StateFold, type StateWrite } from "../state/index.ts";
import type { VariableReference } from "./expression.ts";
import type { VariableLookup, Watch } from "./watch.ts";

/** The expression became true, or ceased to be. */
export interface WatchChange {
  /** For whom, where the expression has a wildcard. */
  agent_id?: string;
  became: boolean;
}

/**
 * Follows a state write by write and says when an expression becomes true: in a run that is going on, and over the log of
 * one that is finished, the same. Looks only when something that the expression names has changed.
 *
 *     const tracker = new WatchTracker(compileWatch("*.wealth < 0"));
 *     tracker.write({ agent_id: "ann", variable_name: "wealth", new_value: -3 }, 4); // [{ agent_id: "ann", became: true }]
 */
export class WatchTracker {
  readonly watch: Watch;
  readonly #fold = new StateFold();
  readonly #lookup: VariableLookup;
  /** For whom it holds; under `undefined` where there is no wildcard. */
  readonly #holding = new Set<string | undefined>();
  readonly #wildNames: ReadonlySet<string>;
  readonly #fixedNames: ReadonlySet<string>;

  constructor(watch: Watch) {
    this.watch = watch;
    this.#lookup = { value: (agentId, path) => this.#fold.get(agentId, path.join(".")) };
    this.#wildNames = new Set(
      watch.variables.filter(({ owner }) => owner === "any").map(({ path }) => path.join(".")),
    );
    this.#fixedNames = new Set(watch.variables.flatMap(fixedNames));
  }

  /** Whether a write of this variable can make a difference. */
  watches(agentId: string | undefined, name: string): boolean {
    return this.#isFixed(agentId, name) || (agentId !== undefined && this.#wildNames.has(name));
  }

  /** A turn begins. */
  turn(turn: number): WatchChange[] {
    return this.watch.usesTurn ? this.#look(turn) : [];
  }

  /** A variable was written in `turn`. */
  write(write: StateWrite, turn: number): WatchChange[] {
    const { agent_id: agentId, variable_name: name } = write;
    if (!this.watches(agentId, name)) return [];
    this.#fold.apply(write);
    if (this.#isFixed(agentId, name) || agentId === undefined) return this.#look(turn);
    return this.#lookFor(agentId, turn);
  }

  #isFixed(agentId: string | undefined, name: string): boolean {
    return this.#fixedNames.has(agentId === undefined ? `.${name}` : `${agentId}.${name}`);
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

/** `agent.name` of an agent's variable, `.name` of the world's: an agent's id is not empty and has no dot. */
function fixedNames({ owner, path }: VariableReference): string[] {
  const joined = path.join(".");
  if (owner === "any") return [];
  if (owner === "world" || path.length === 1) return [`.${joined}`];
  return [`.${joined}`, joined];
}
