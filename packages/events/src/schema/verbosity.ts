import * as z from "zod";
import type { EventType, SystemStatus } from "./event-type.ts";

/** How deep a run is recorded: each level records its own kind and all before it. */
export const VERBOSITY_LEVELS = ["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL"] as const;
export type VerbosityLevel = (typeof VERBOSITY_LEVELS)[number];
export const DEFAULT_VERBOSITY: VerbosityLevel = "ACTION";

export const verbosityLevelSchema = z.enum(VERBOSITY_LEVELS);

/** What `details.system_event_type` says of a SYSTEM event that is a call to a model. */
export const MODEL_CALL = "model_call";

const SYSTEM_LEVEL: Record<SystemStatus, VerbosityLevel> = {
  warning: "MILESTONE", // trouble is never hidden
  failure: "MILESTONE",
  retry: "DECISION",
  success: "DETAIL",
};

/** The coarsest level that records such an event. A model's successful call is as interesting as the decision it served. */
export function levelOf(kind: Exclude<EventType, "SYSTEM">): VerbosityLevel;
export function levelOf(kind: "SYSTEM", status: SystemStatus, isModelCall?: boolean): VerbosityLevel;
export function levelOf(kind: EventType, status?: SystemStatus, isModelCall = false): VerbosityLevel {
  if (kind !== "SYSTEM") return kind;
  if (status === "success" && isModelCall) return "DECISION";
  return SYSTEM_LEVEL[status ?? "warning"];
}

/** Whether a stream at `verbosity` records what `level` asks for. */
export function includesLevel(verbosity: VerbosityLevel, level: VerbosityLevel): boolean {
  return VERBOSITY_LEVELS.indexOf(level) <= VERBOSITY_LEVELS.indexOf(verbosity);
}

type Leveled =
  | { event_type: Exclude<EventType, "SYSTEM"> }
  | { event_type: "SYSTEM"; status: SystemStatus; details?: Readonly<Record<string, unknown>> | undefined };

/** Whether a run at `verbosity` holds this event. */
export function isRecordedAt(verbosity: VerbosityLevel, event: Leveled): boolean {
  const level =
    event.event_type === "SYSTEM"
      ? levelOf("SYSTEM", event.status, event.details?.system_event_type === MODEL_CALL)
      : levelOf(event.event_type);
  return includesLevel(verbosity, level);
}
