import type { Action } from "../agent/index.ts";
import type { Answer } from "../answer/index.ts";
import type { Ask } from "../asking/index.ts";
import type { World } from "../world/index.ts";

export interface ValidationContext {
  turn: number;
  /** The state as the turn found it; not to be changed. */
  world: World;
  /** What the engine knows: for each type of action, why a payload will not do, or `undefined`. */
  actions: ReadonlyMap<string, (payload: unknown) => string | undefined>;
  /** Aborted when the run is interrupted: stop waiting. */
  signal: AbortSignal;
  /**
   * Asks a language model, the config's `llm`. Each attempt is on record: caused by the decision and what was read so far, and a cause
   * of the action, or of its refusal. Where an `AskError` is let through, the run fails.
   */
  ask: Ask;
}

/** Lets actions through, or not: a rejected one becomes a SYSTEM warning `validation_error` caused by the decision. */
export interface Validator {
  /**
   * May be async: actions are looked at one after the other, and applied when all have been.
   *
   * @returns why the action is rejected, for a person; `undefined` lets it through
   */
  validate(action: Action, context: ValidationContext): Answer<string | undefined>;
}

/** What a class of validators is constructed with; `params` is parsed by its `static params` schema where it has one. */
export interface ValidatorSetup<Params = unknown> {
  params: Params;
}
