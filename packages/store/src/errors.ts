import { dirname, sep } from "node:path";
import type { ApiErrorCode } from "@llm-sim/api";
import { isErrorNamed } from "@llm-sim/events/errors";
import { nearestNames } from "@llm-sim/events/naming";
import type { RunReadError } from "@llm-sim/events/read";

/** How many names an error offers. */
const NAMED = 3;
/** Of so many names an error lists all, where none is near. */
const LISTED = 8;

/** What the HTTP API sends as it is. */
const ANSWERED = [
  "INVALID_ARGUMENT",
  "SIMULATION_NOT_FOUND",
  "EVENT_NOT_FOUND",
  "BATCH_NOT_FOUND",
] as const satisfies readonly ApiErrorCode[];
/** What can go wrong when a run is asked something. */
export const STORE_ERROR_CODES = [...ANSWERED, "LOG_UNREADABLE", "STORE_CLOSED"] as const;
export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];

/** `details` of the codes that the HTTP API has, too, are as `API_ERRORS` of `@llm-sim/api` says. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: StoreErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** Whether `error` comes from the store, and, where `code` is given, is of that kind. */
export function isStoreError(error: unknown, code?: StoreErrorCode): error is StoreError {
  return isErrorNamed(error, "StoreError", code);
}

export function invalidArgument(parameter: string, message: string): StoreError {
  return new StoreError("INVALID_ARGUMENT", `${parameter}: ${message}`, { parameter });
}

/**
 * `; the nearest: anna`, or, where nothing is near and there are few, what there is.
 *
 * @param all how these few are told of: `its agents are`
 */
export function nearestText(wanted: string, candidates: readonly string[], all: string): string {
  const near = nearestNames(wanted, candidates, NAMED);
  if (near.length > 0) return `; the nearest: ${near.join(", ")}`;
  return candidates.length > 0 && candidates.length <= LISTED ? `; ${all} ${candidates.join(", ")}` : "";
}

export function eventNotFound(simulationId: string, eventId: string): StoreError {
  return new StoreError(
    "EVENT_NOT_FOUND",
    `Run ${simulationId} has no event ${JSON.stringify(eventId)}; a list of its events shows which there are.`,
    { simulation_id: simulationId, event_id: eventId },
  );
}

/**
 * @param ids those that there are: the error names the ones that look like `reference`
 * @param refused why a run of that name, which is there, is not asked
 */
export function simulationNotFound(reference: string, ids: readonly string[], refused?: string): StoreError {
  if (refused !== undefined) {
    const message = `Run ${JSON.stringify(reference)} cannot be asked: ${refused}.`;
    return new StoreError("SIMULATION_NOT_FOUND", message, { reference, nearest: [], refused });
  }
  const nearest = nearestNames(reference, ids, NAMED);
  const hint = nearest.length > 0 ? ` The nearest: ${nearest.join(", ")}.` : "";
  return new StoreError("SIMULATION_NOT_FOUND", `There is no run ${JSON.stringify(reference)}.${hint}`, {
    reference,
    nearest,
  });
}

/** What the reader says of a run that cannot be read, as the store says it: where it lies on this machine is told to nobody. */
export function unreadable(id: string, error: RunReadError): StoreError {
  const message = error.message.replaceAll(`${dirname(error.path)}${sep}`, "");
  switch (error.code) {
    case "NOT_A_RUN":
      return simulationNotFound(id, []);
    case "FORMAT_NEWER":
      return simulationNotFound(id, [], message.replace(/\.$/, ""));
    default:
      return new StoreError("LOG_UNREADABLE", message, { simulation_id: id }, error);
  }
}
