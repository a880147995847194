export { AnswersOnTape, type ReadAnswersOptions, type Reused, type TapeMiss } from "./answers-on-tape.ts";
export { CALL_ERRORS, type CallErrorType } from "./call-errors.ts";
export { createModels, type ModelPlan } from "./create-models.ts";
export { isPlayError, PlayError, type PlayErrorCode } from "./play-error.ts";
