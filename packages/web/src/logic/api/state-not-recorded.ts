import { API_ERRORS } from "@llm-sim/api";
import { isApiError } from "./errors.ts";

/** The run holds no state to be folded: not recorded deep enough. */
export function isStateNotRecorded(error: unknown): boolean {
  if (!isApiError(error, "INVALID_ARGUMENT")) return false;
  const details = API_ERRORS.INVALID_ARGUMENT.details.safeParse(error.details);
  return details.success && details.data?.reason === "STATE_NOT_RECORDED";
}
