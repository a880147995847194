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

  /** The actions that are let through, in the order of the agents; each other one is recorded as refused. */
  pass(decisions: readonly Decided[], scope: EmitScope): TurnAction[] {
    const { turn, world } = this.#engine;
    const context: ValidationContext = { turn, world, actions: this.#actions };
    const passed: TurnAction[] = [];
    for (const { agent_id, handle, actions } of decisions) {
      for (const { notJson, ...received } of actions) {
        const action = { agent_id, ...received };
        const reason = notJson
          ? `${["payload", notJson.path].filter(Boolean).join(".")} ${notJson.problem}`
          : atOnce(`validate of ${action.action_type} of ${agent_id}`, () =>
              this.#validator.validate(action, context),
            );
        if (reason === undefined) {
          passed.push({ ...action, causes: handle });
          continue;
        }
        this.#troubles.refused(agent_id, action.action_type, reason);
        scope.because(handle, (decided) =>
          warnOfRefusal(decided, action, reason, notJson ? "payload" : "validator"),
        );
      }
    }
    return passed;
  }
}
