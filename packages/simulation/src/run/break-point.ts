import type { EventHandle } from "@llm-sim/events";
import { didYouMean } from "@llm-sim/events/naming";
import { compileWatch, type VariableReference, type WatchChange, WatchTracker } from "@llm-sim/events/watch";
import { changeText, type ObserveWrite, variableLabel } from "../engine/index.ts";
import type { BreakHit } from "./options.ts";

/** As an expression names an agent who may be anyone. */
const ANYONE = "*";

interface Held {
  agent_id: string | undefined;
  /** What made the expression true, in words. */
  with: string;
  event: EventHandle | undefined;
}

/** Follows the state of a run, recorded or not, and says whether its condition became true. */
export class BreakPoint {
  readonly #tracker: WatchTracker;
  #turn = 0;
  /** By agent, the first first. */
  readonly #held = new Map<string | undefined, Held>();
  /** What the set-up wrote, as an expression names it. */
  readonly #variables = new Set<string>();

  /** @throws WatchError */
  constructor(expression: string) {
    this.#tracker = new WatchTracker(compileWatch(expression));
  }

  /** To be told of every change of the state. */
  readonly observe: ObserveWrite = (change, event) => {
    const { agent_id, variable_name, new_value } = change;
    if (this.#turn === 0) {
      this.#variables.add(variableLabel(agent_id, variable_name));
      if (agent_id !== undefined) this.#variables.add(variableLabel(ANYONE, variable_name));
    }
    const write = { agent_id, variable_name, new_value, change: change.change };
    this.#take(this.#tracker.write(write, this.#turn), event, () => `with ${changeText(change)}`);
  };

  /** @param start what stands for the event that begins it */
  beginTurn(turn: number, start: EventHandle | undefined): void {
    this.#turn = turn;
    this.#take(this.#tracker.turn(turn), start, () => "as the turn began");
  }

  /** Asked when a turn, or the set-up, is over: whether the run stops here, and why. */
  hit(): { at: BreakHit; reason: string } | undefined {
    const [first] = this.#held.values();
    if (first === undefined) return undefined;
    const { agent_id, event } = first;
    const expression = this.#tracker.watch.text;
    const event_id = event?.event_ids[0];
    const at: BreakHit = {
      expression,
      turn: this.#turn,
      ...(agent_id !== undefined && { agent_id }),
      ...(event_id !== undefined && { event_id }),
    };
    const where = this.#turn === 0 ? "the set-up" : `turn ${this.#turn}`;
    const whose = agent_id === undefined ? "" : ` for ${agent_id}`;
    const name = event_id === undefined ? "" : ` [${event_id}]`;
    return {
      at,
      reason: `Stopped in ${where}: ${expression} became true${whose} ${first.with}${name}`,
    };
  }

  /** One line for each variable that the expression names and the set-up does not have: it may come later, or be a slip. */
  warnings(): string[] {
    const labels = new Set(this.#tracker.watch.variables.map(labelOf));
    return [...labels]
      .filter((label) => !this.#variables.has(label))
      .map(
        (label) =>
          `The condition names ${label}, which nothing has after the set-up${didYouMean(label, this.#variables)}`,
      );
  }

  #take(changes: readonly WatchChange[], event: EventHandle | undefined, how: () => string): void {
    for (const { agent_id, became } of changes) {
      // What ceased within a turn was so all the same; of the set-up only the whole counts.
      if (!became && this.#turn === 0) this.#held.delete(agent_id);
      if (became && !this.#held.has(agent_id)) this.#held.set(agent_id, { agent_id, with: how(), event });
    }
  }
}

function labelOf({ owner, path }: VariableReference): string {
  return variableLabel(owner === "any" ? ANYONE : undefined, path.join("."));
}
