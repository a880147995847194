export {
  isStoreError,
  STORE_ERROR_CODES,
  StoreError,
  type StoreErrorCode,
  simulationNotFound,
} from "./errors.ts";
export type { StreamedEvent, Subscription } from "./live/index.ts";
export {
  type Causality,
  type CausalityEntry,
  type CausalityOptions,
  DEFAULT_BUCKETS,
  DEFAULT_DEPTH,
  type EventCriteria,
  type EventPage,
  MAX_BUCKETS,
  MAX_DEPTH,
  type MissingCause,
  parseCriteria,
  TIMELINE_SCALES,
  type Timeline,
  type TimelineBucket,
  type TimelineQuery,
  type TimelineScale,
} from "./query/index.ts";
export type { Run, SkippedLines } from "./run.ts";
export type { FullRunSummary, RunDetails, RunSummary } from "./runs/index.ts";
export { openStore, type Store, type StoreOptions } from "./store.ts";
