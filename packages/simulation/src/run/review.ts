import type { EventHandle } from "@llm-sim/events";
import type { MemoryKind } from "@llm-sim/events/run";
import { declaredMemory } from "../agent/index.ts";
import { type Answer, after, inOrder, inTime } from "../answer/index.ts";
import type { Asking } from "../asking/index.ts";
import type { BaseEngine, TurnAction } from "../engine/index.ts";
import { INSIDE, warnOfRefusal } from "../engine/index.ts";
import type { EmitScope } from "../run-stream.ts";
import type { ValidationContext, Validator } from "../validator/index.ts";
import type { RecordedDecision } from "./pending-decision.ts";
import type { Troubles } from "./troubles.ts";
import { type ValidatedTurn, Validation } from "./validation.ts";

/** The turn in which actions are looked at. */
interface ReviewedTurn {
  scope: EmitScope;
  asking: Asking;
  signal: AbortSignal;
}

interface Passed {
  passed: TurnAction[];
  silent: EventHandle[];
}

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

  get validator(): Validator {
    return this.#validator;
  }

  /** What the validator declares to keep from one action to the next. */
  get memory(): MemoryKind {
    return declaredMemory(this.#validator.constructor);
  }

  /**
   * The actions that are let through, in the order of the agents, one looked at after the other; each other one is recorded as
   * refused. And what agents left who did nothing: their decisions, and the refusals.
   */
  pass(decisions: readonly RecordedDecision[], { scope, asking, signal }: ReviewedTurn): Answer<Passed> {
    const engine = this.#engine;
    const turn: ValidatedTurn = {
      engine,
      actions: this.#actions,
      asking,
      signal,
      onFailure: ({ error_type = "failure", description }) =>
        this.#troubles.unanswered(undefined, error_type, description),
    };
    const passed: TurnAction[] = [];
    const silent: EventHandle[] = [];
    const proposed = decisions.flatMap(({ handle, actions }) => {
      if (actions.length === 0) silent.push(handle);
      return actions.map(({ action, notJson }) => ({ action, notJson, handle }));
    });
    const done = inOrder(proposed, ({ action, notJson, handle }) => {
      const looked = engine[INSIDE].noting(handle, (reads) => {
        if (notJson) return `${["payload", notJson.path].filter(Boolean).join(".")} ${notJson.problem}`;
        const validation = new Validation(turn, action, { scope, handle, reads });
        return validation.over(
          inTime(`validate of ${action.action_type} of ${action.agent_id}`, () =>
            this.#validator.validate(action, validation),
          ),
        );
      });
      return after(looked, ({ value: reason, writes }) => {
        if (reason === undefined) {
          passed.push({ ...action, causes: writes.length === 0 ? handle : [handle, ...writes] });
          return;
        }
        if (signal.aborted) return; // while the validator took its time: the log is closed
        this.#troubles.refused(action.agent_id, action.action_type, reason);
        const refused_by = notJson ? "payload" : "validator";
        const caused_by = writes.length === 0 ? undefined : writes;
        scope.because(handle, (decided) => {
          silent.push(warnOfRefusal(decided, action, reason, refused_by, { caused_by }));
        });
      });
    });
    return after(done, () => ({ passed, silent }));
  }
}
