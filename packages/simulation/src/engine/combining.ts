import type { EventHandle } from "@llm-sim/events";
import { Frame } from "../observation/index.ts";
import type { TurnAction } from "./action-rule.ts";
import { causesOf } from "./causes.ts";

/** An action to be done, with what `combine` read for it. */
export interface Combined {
  action: TurnAction;
  reads: readonly EventHandle[];
}

/**
 * What `combine` of an engine makes of the turn's actions, and what it read for that. Where it looked at them, an action that it
 * hands on is caused by all that was decided: which actions there are, and what they ask, may be why it was handed on. One that
 * it made of others, with causes of its own, is caused by those.
 */
export class Combining {
  readonly frame = new Frame();
  /** The actions as `combine` gets them. */
  readonly shown: readonly TurnAction[];
  readonly #actions: readonly TurnAction[];
  #isRead = false;
  /** What the actions that are not there left instead: decisions to do nothing, refusals, failures, reasons not to decide. */
  readonly #silent: readonly EventHandle[];

  constructor(actions: readonly TurnAction[], silent: readonly EventHandle[]) {
    this.#actions = actions;
    this.#silent = silent;
    this.shown = new Proxy(actions, {
      get: (target, key, receiver) => {
        if (key !== "then") this.#isRead = true; // whoever waits for it asks that
        return Reflect.get(target, key, receiver);
      },
    });
  }

  /** What is asked while they are combined rests on: all that was decided, where the actions were looked at. */
  behindAsking(): readonly EventHandle[] {
    const state = this.frame.writes();
    return this.#isRead ? [...state, ...this.#decided()] : state;
  }

  /** What is to be done, and what was left out. */
  outcome(returned: readonly TurnAction[]): { combined: Combined[]; leftOut: Combined[] } {
    const isUntouched = returned === this.shown;
    const state = this.frame.writes();
    const all = this.behindAsking();
    const used = new Set<TurnAction>();
    const combined = (isUntouched ? this.#actions : returned).map((given): Combined => {
      const original = this.#actions.includes(given) ? given : this.#copied(given);
      if (original) {
        used.add(original);
        return { action: given, reads: all };
      }
      const causes = new Set(causesOf(given.causes));
      for (const action of this.#actions) {
        if (causesOf(action.causes).some((cause) => causes.has(cause))) used.add(action);
      }
      return { action: given, reads: state };
    });
    const leftOut = this.#actions
      .filter((action) => !used.has(action))
      .map((action) => ({ action, reads: all }));
    return { combined, leftOut };
  }

  /** What comes of it rests on this, too. */
  add(cause: EventHandle): void {
    this.frame.add(cause);
  }

  #decided(): Set<EventHandle> {
    return new Set([...this.#actions.flatMap(({ causes }) => causesOf(causes)), ...this.#silent]);
  }

  /** The action of which this one is a changed copy. */
  #copied(given: TurnAction): TurnAction | undefined {
    return this.#actions.find(
      ({ agent_id, place, causes }) =>
        given.agent_id === agent_id && given.place === place && given.causes === causes,
    );
  }
}
