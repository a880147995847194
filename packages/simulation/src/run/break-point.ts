import type { EventHandle } from "@llm-sim/events";
import {
  anyonesText,
  didYouMean,
  VariableMap,
  type VariableReference,
  variableText,
} from "@llm-sim/events/naming";
import { compileWatch, type WatchChange, WatchTracker } from "@llm-sim/events/watch";
import { changeText } from "@llm-sim/events/words";
import type { ObserveWrite } from "../engine/index.ts";
import type { BreakHit } from "./options.ts";

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
  /** What the set-up wrote. */
  readonly #variables = new VariableMap<true>();
  /** Who has variables. */
  readonly #agents = new Set<string>();

  /** @throws WatchError */
  constructor(expression: string) {
    this.#tracker = new WatchTracker(compileWatch(expression));
  }

  /** To be told of every change of the state. */
  readonly observe: ObserveWrite = (change, event) => {
    const { agent_id, variable_name, new_value } = change;
    if (this.#turn === 0) this.#variables.set(agent_id, variable_name, true);
    if (agent_id !== undefined) this.#agents.add(agent_id);
    const write = { agent_id, variable_name, new_value, change: change.change };
    const changes = this.#tracker.event(this.#turn, write);
    this.#take(
      changes,
      event,
      () => `with ${changeText(variableText({ agent_id, variable_name }, this.#agents), change)}`,
    );
  };

  /** @param start what stands for the event that begins it; turn 0 is the set-up */
  beginTurn(turn: number, start: EventHandle | undefined): void {
    this.#turn = turn;
    const how = turn === 0 ? "from the start" : "as the turn began";
    this.#take(this.#tracker.event(turn), start, () => how);
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
    return {
      at,
      reason: `Stopped in ${where}: ${expression} became true${whose} ${first.with}`,
    };
  }

  /** One line for each variable that the expression names and the set-up does not have: it may come later, or be a slip. */
  warnings(): string[] {
    const missing = this.#tracker.watch.variables.filter(({ reference }) => !this.#isThere(reference));
    return [...new Set(missing.map(({ text }) => text))].map(
      (text) =>
        `The condition names ${text}, which nothing has after the set-up${didYouMean(text, this.#labels())}`,
    );
  }

  #isThere(reference: VariableReference): boolean {
    if (reference.of === "one") {
      return reference.meanings.some(({ agent_id, variable_name }) =>
        this.#variables.has(agent_id, variable_name),
      );
    }
    return [...this.#agents].some((agentId) => this.#variables.has(agentId, reference.variable_name));
  }

  /** What the set-up wrote, as an expression names it. */
  #labels(): Set<string> {
    const labels = new Set<string>();
    for (const [variable] of this.#variables) {
      labels.add(variableText(variable, this.#agents));
      if (variable.agent_id !== undefined) labels.add(anyonesText(variable.variable_name));
    }
    return labels;
  }

  #take(changes: readonly WatchChange[], event: EventHandle | undefined, how: () => string): void {
    for (const { agent_id, became } of changes) {
      // What ceased within a turn was so all the same; of the set-up only the whole counts.
      if (!became && this.#turn === 0) this.#held.delete(agent_id);
      if (became && !this.#held.has(agent_id)) this.#held.set(agent_id, { agent_id, with: how(), event });
    }
  }
}
