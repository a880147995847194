import type { EventHandle } from "@llm-sim/events";
import { Frame } from "../observation/index.ts";
import type { TurnAction } from "./action-rule.ts";
import { causesOf } from "./causes.ts";

/** Who acts, and what is known to be behind it, says nothing of what was decided. */
const NO_READ = new Set<PropertyKey>(["agent_id", "causes", "place"]);

/** An action to be done, with what `combine` read for it. */
export interface Combined {
  action: TurnAction;
  reads: readonly EventHandle[];
}

/**
 * What `combine` of an engine makes of the turn's actions, and what it read for that. An action that it hands on is caused by
 * every decision that it looked into, as any of them may be why it was handed on; one that it made of others, with causes of
 * its own, is caused by those.
 */
export class Combining {
  readonly frame = new Frame();
  readonly #actions: readonly TurnAction[];
  /** What the actions that are not there left instead: decisions to do nothing, refusals. */
  readonly #silent: readonly EventHandle[];
  readonly #shown: Map<TurnAction, TurnAction>;
  readonly #read = new Set<EventHandle>();

  constructor(actions: readonly TurnAction[], silent: readonly EventHandle[]) {
    this.#actions = actions;
    this.#silent = silent;
    this.#shown = new Map(actions.map((action) => [this.#show(action), action]));
  }

  /** The actions as `combine` gets them. */
  get shown(): TurnAction[] {
    return [...this.#shown.keys()];
  }

  #show(action: TurnAction): TurnAction {
    return new Proxy(action, {
      get: (target, key, receiver) => {
        if (!NO_READ.has(key)) for (const cause of causesOf(target.causes)) this.#read.add(cause);
        return Reflect.get(target, key, receiver);
      },
    });
  }

  /** What is to be done, and what was left out. */
  outcome(returned: readonly TurnAction[]): { combined: Combined[]; leftOut: Combined[] } {
    const state = this.frame.writes();
    const all = this.#read.size === 0 ? state : [...state, ...this.#read, ...this.#silent];
    const used = new Set<TurnAction>();
    const combined = returned.map((given): Combined => {
      const original = this.#shown.get(given) ?? this.#copied(given);
      if (original) {
        used.add(original);
        const action = this.#shown.has(given) ? original : given;
        return { action, reads: all };
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

  /** The action of which this one is a changed copy. */
  #copied(given: TurnAction): TurnAction | undefined {
    return this.#actions.find(
      ({ agent_id, place, causes }) =>
        given.agent_id === agent_id && given.place === place && given.causes === causes,
    );
  }
}
