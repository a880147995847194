import * as z from "zod";

/** An answer that is an error, or none at all. `code` is the server's, or one of the two that this side finds out. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  /** 0 where the server did not answer. */
  readonly status: number;
  readonly details: unknown;

  constructor(code: string, message: string, status: number, details?: unknown) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

export const UNREACHABLE = "UNREACHABLE";
export const UNREADABLE_ANSWER = "UNREADABLE_ANSWER";
export const UNAUTHENTICATED = "UNAUTHENTICATED";

const notRecordedSchema = z.object({ reason: z.literal("STATE_NOT_RECORDED") });

/** The run holds no state to be folded: not recorded deep enough. */
export function isStateNotRecorded(error: unknown): boolean {
  return isApiError(error) && notRecordedSchema.safeParse(error.details).success;
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}
