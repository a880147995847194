import { OUTCOMES } from "@llm-sim/events/tape/schema";
import { ANSWER_ERRORS } from "../answer/index.ts";

/**
 * Why an attempt did not give what was asked: `error_type` of its event, and of the last one the code of the `AskError`. First those of
 * an answer that came and cannot be taken, which is asked again with the error; then those of an attempt without an answer, which is
 * made again as it was.
 */
export const CALL_ERRORS = [
  ...ANSWER_ERRORS,
  ...OUTCOMES.filter((outcome) => outcome !== "response"),
] as const;
export type CallErrorType = (typeof CALL_ERRORS)[number];
