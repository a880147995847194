import { ApiRequestError } from "@llm-sim/api";

/** Codes beside the server's own: it did not answer (status 0), or with what is no JSON. */
export const UNREACHABLE = "UNREACHABLE";
export const UNREADABLE_ANSWER = "UNREADABLE_ANSWER";

/** An answer that is an error, or none at all. */
export function isApiError(error: unknown, code?: string): error is ApiRequestError {
  return error instanceof ApiRequestError && (code === undefined || error.code === code);
}
