export { type Clock, systemClock } from "./clock.ts";
export { Emitter, type EmitterCounts, type EmitterOptions } from "./emitter.ts";
export {
  type CloseOptions,
  EventStream,
  type ScopeMode,
  type StreamStats,
  TurnScope,
} from "./event-stream.ts";
export type {
  ActionFields,
  CommonFields,
  DecisionFields,
  DetailFields,
  StateFields,
  SystemFields,
} from "./fields.ts";
export { type Causes, EventHandle, markOnce } from "./handle.ts";
export { InvalidEventError, isInvalidEventError } from "./invalid-event-error.ts";
export { checkedClock, type ManualClock, manualClock } from "./manual-clock.ts";
export type { Recall, RecalledKind, RecordedPlace } from "./recall.ts";
export { Scope } from "./scope.ts";
export type { StreamTape } from "./stream-tape.ts";
