import type { EventHandle } from "@llm-sim/events";
import type { MemoryKind } from "@llm-sim/events/run";
import { declaredMemory } from "../agent/index.ts";
import type { BaseEngine, TurnAction } from "../engine/index.ts";
import { warnOfRefusal } from "../engine/index.ts";
import { atOnce } from "../failure/index.ts";
import type { EmitScope } from "../stream/index.ts";
import type { ValidationContext, Validator } from "../validator/index.ts";
import type { Decided } from "./decide.ts";
import type { Troubles } from "./troubles.ts";

/** Lets actions through, or not. */
export class Review {
  readonly #validator: Validator;
  readonly #engine: BaseEngine;
  readonly #troubles: Troubles;
  readonly #actions: ValidationContext["actions"];

  constructor(validator: Validator, engine: BaseEngine, troubles: Troubles) {
    this.#troubles = troubles;
    this.#validator = validator;
    this.#engine = engine;
    this.#actions = new Map(
      Object.entries(engine.actions).map(([type, rule]) => [type, (payload) => rule.check(payload)]),
    );
  }

  /** What the validator declares to keep from one action to the next. */
  get memory(): MemoryKind {
    return declaredMemory(this.#validator.constructor);
  }

  /**
   * The actions that are let through, in the order of the agents; each other one is recorded as refused. And what agents left
   * who did nothing: their decisions, and the refusals.
   */
  pass(decisions: readonly Decided[], scope: EmitScope): { passed: TurnAction[]; silent: EventHandle[] } {
    const engine = this.#engine;
    const context: ValidationContext = {
      turn: engine.turn,
      actions: this.#actions,
      // Asked for while an action is looked at: what is read of it counts for that action.
      get world() {
        return engine.world;
      },
    };
    const passed: TurnAction[] = [];
    const silent: EventHandle[] = [];
    for (const { agent_id, handle, actions } of decisions) {
      if (actions.length === 0) silent.push(handle);
      for (const [place, { notJson, ...received }] of actions.entries()) {
        const action = { agent_id, ...received, place };
        const { value: reason, writes } = engine.noting(() =>
          notJson
            ? `${["payload", notJson.path].filter(Boolean).join(".")} ${notJson.problem}`
            : atOnce(`validate of ${action.action_type} of ${agent_id}`, () =>
                this.#validator.validate(action, context),
              ),
        );
        if (reason === undefined) {
          passed.push({ ...action, causes: writes.length === 0 ? handle : [handle, ...writes] });
          continue;
        }
        this.#troubles.refused(agent_id, action.action_type, reason);
        const refused_by = notJson ? "payload" : "validator";
        const caused_by = writes.length === 0 ? undefined : writes;
        scope.because(handle, (decided) => {
          silent.push(warnOfRefusal(decided, action, reason, refused_by, { caused_by }));
        });
      }
    }
    return { passed, silent };
  }
}
