import { API_ERRORS, type ApiErrorCode } from "@llm-sim/api";

/** An answer that is no success, with the `details` that its code has in `API_ERRORS`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  /** A field and no getter: Fastify writes to it. */
  readonly statusCode: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** Of OVERLOADED, when to ask again, in seconds. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ApiErrorCode,
    message: string,
    details?: Readonly<Record<string, unknown>>,
    retryAfter?: number,
  ) {
    super(message);
    this.code = code;
    this.statusCode = API_ERRORS[code].status;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** The body of the answer. */
  toJSON(): Record<string, unknown> {
    const { code, message, details } = this;
    return details === undefined ? { code, message } : { code, message, details };
  }
}

/** Of the query parameter, path part or header `parameter`. */
export function invalidArgument(parameter: string, message: string, nearest?: string): ApiError {
  return new ApiError("INVALID_ARGUMENT", `${parameter}: ${message}`, {
    parameter,
    ...(nearest !== undefined && { nearest }),
  });
}
