export {
  type ActionFields,
  type Causes,
  type Clock,
  type CloseOptions,
  type CommonFields,
  type DecisionFields,
  type DetailFields,
  EventHandle,
  EventStream,
  InvalidEventError,
  isInvalidEventError,
  type ManualClock,
  manualClock,
  markOnce,
  Scope,
  type ScopeMode,
  type StateFields,
  type StreamStats,
  type StreamTape,
  type SystemFields,
  TurnScope,
} from "./emit/index.ts";
export { durationOf } from "./layout/index.ts";
export {
  type EventStreamOptions,
  openEventStream,
  parseSize,
  type Repair,
  repairRun,
  type Size,
} from "./open/index.ts";
export type { Event, EventType, JsonObject, JsonValue, VerbosityLevel } from "./schema/index.ts";
export {
  type Disk,
  isWriteError,
  nodeDisk,
  type Sink,
  WriteError,
  type WriteErrorCode,
} from "./write/index.ts";
