import * as z from "zod";
import type { EventType, SystemStatus } from "./event-type.ts";

/** How deep a run is recorded: each level records its own kind and all before it. */
export const VERBOSITY_LEVELS = ["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL"] as const;
export type VerbosityLevel = (typeof VERBOSITY_LEVELS)[number];
export const DEFAULT_VERBOSITY: VerbosityLevel = "ACTION";

export const verbosityLevelSchema = z.enum(VERBOSITY_LEVELS);

/** What `details.system_event_type` says of a SYSTEM event that is a call to a model. */
export const MODEL_CALL = "model_call";

/**
 * What `error_type` says of a SYSTEM warning that is an action somebody would not do: the validator, the engine, `combine`, or the
 * config by what it declares of a variable; or nobody could, as the agent has gone.
 */
const REFUSALS: ReadonlySet<unknown> = new Set([
  "validation_error",
  "combined_away",
  "agent_gone",
  "state_variable",
]);
/** What `details.system_event_type` says of a SYSTEM event about who is there to decide: an agent comes, goes, or sits out. */
export const ROSTER_EVENTS = ["agent_added", "agent_removed", "agent_paused", "agent_resumed"] as const;
export type RosterEvent = (typeof ROSTER_EVENTS)[number];

/** What an event says of who is there to decide, where it does. */
export function rosterEventOf({
  details,
}: {
  details?: Readonly<Record<string, unknown>> | undefined;
}): RosterEvent | undefined {
  return ROSTER_EVENTS.find((one) => one === details?.system_event_type);
}

const OF_THE_ROSTER: ReadonlySet<unknown> = new Set(ROSTER_EVENTS);

const SYSTEM_LEVEL: Record<SystemStatus, VerbosityLevel> = {
  warning: "MILESTONE", // trouble is never hidden
  failure: "MILESTONE",
  retry: "DECISION",
  success: "DETAIL",
};

/** What, besides its status, says how interesting a SYSTEM event is. */
export interface SystemMark {
  error_type?: unknown;
  /** Of its `details`. */
  system_event_type?: unknown;
}

/**
 * The coarsest level that records such an event. A model's successful call is as interesting as the decision it served;
 * a refusal, and an agent's coming, going or sitting out, are ordinary play, as an action is.
 */
export function levelOf(kind: Exclude<EventType, "SYSTEM">): VerbosityLevel;
export function levelOf(kind: "SYSTEM", status: SystemStatus, mark?: SystemMark): VerbosityLevel;
export function levelOf(kind: EventType, status?: SystemStatus, mark: SystemMark = {}): VerbosityLevel {
  if (kind !== "SYSTEM") return kind;
  if (status === "success" && mark.system_event_type === MODEL_CALL) return "DECISION";
  if (status !== "failure" && OF_THE_ROSTER.has(mark.system_event_type)) return "ACTION";
  if (status === "warning" && REFUSALS.has(mark.error_type)) return "ACTION";
  return SYSTEM_LEVEL[status ?? "warning"];
}

/** Whether a stream at `verbosity` records what `level` asks for. */
export function includesLevel(verbosity: VerbosityLevel, level: VerbosityLevel): boolean {
  return VERBOSITY_LEVELS.indexOf(level) <= VERBOSITY_LEVELS.indexOf(verbosity);
}

/**
 * Whether a DETAIL stands for a rule of the engine that changed something (`details.rule`), or for what such rules rested on
 * (`details.conditions`): the cause of STATE events, and recorded where they are.
 */
export function isEnginesDetail(details: unknown): boolean {
  if (typeof details !== "object" || details === null) return false;
  return ("rule" in details && details.rule !== undefined) || "conditions" in details;
}

type Leveled =
  | { event_type: Exclude<EventType, "SYSTEM" | "DETAIL"> }
  | { event_type: "DETAIL"; details?: Readonly<Record<string, unknown>> | undefined }
  | {
      event_type: "SYSTEM";
      status: SystemStatus;
      error_type?: string | undefined;
      details?: Readonly<Record<string, unknown>> | undefined;
    };

/** Whether a run at `verbosity` holds this event. */
export function isRecordedAt(verbosity: VerbosityLevel, event: Leveled): boolean {
  if (event.event_type === "DETAIL" && isEnginesDetail(event.details))
    return includesLevel(verbosity, "STATE");
  if (event.event_type !== "SYSTEM") return includesLevel(verbosity, levelOf(event.event_type));
  const { status, error_type, details } = event;
  return includesLevel(
    verbosity,
    levelOf("SYSTEM", status, { error_type, system_event_type: details?.system_event_type }),
  );
}

/** Whether an event is an action's refusal: the one kind that runs of version 1 recorded at every level. */
export function isRefusal(event: { event_type: string; status?: unknown; error_type?: unknown }): boolean {
  return event.event_type === "SYSTEM" && event.status === "warning" && REFUSALS.has(event.error_type);
}
