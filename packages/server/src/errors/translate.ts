import { basename } from "node:path";
import { API_ERRORS, type ApiErrorCode } from "@llm-sim/api";
import { isRunReadError } from "@llm-sim/events/read";
import { isOutOfFiles } from "@llm-sim/events/run";
import { isStoreError, unreadable } from "@llm-sim/store";
import { ApiError } from "./api-error.ts";

/** Whatever was thrown, as the answer the client gets. What it did not cause is INTERNAL_ERROR and says nothing of the inside. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isStoreError(error)) {
    if (isApiErrorCode(error.code)) return new ApiError(error.code, error.message, error.details);
    return new ApiError("INTERNAL_ERROR", error.message);
  }
  if (isRunReadError(error)) return toApiError(unreadable(basename(error.path), error));
  if (isOutOfFiles(error)) {
    return new ApiError(
      "OVERLOADED",
      "The server has as many files open as the system allows it: ask again, or let it have more (ulimit -n).",
    );
  }
  const status = statusOf(error);
  if (status === 413) return new ApiError("BODY_TOO_LARGE", "The body is larger than this server takes.");
  if (status === 403 || status === 404) return unknownAddress();
  if (status >= 400 && status < 500) return new ApiError("INVALID_ARGUMENT", messageOf(error));
  return new ApiError("INTERNAL_ERROR", "The server failed to answer; its log says why.");
}

/** 404 for an address, whatever the reason that nothing is served there. */
export function unknownAddress(): ApiError {
  return new ApiError("NOT_FOUND", "There is nothing at this address; /docs lists what there is.");
}

function isApiErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(API_ERRORS, code);
}

/** The status that Fastify or a plugin gives its errors; 500 where there is none. */
function statusOf(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "The request cannot be understood.";
}
