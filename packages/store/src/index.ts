export {
  invalidArgument,
  isStoreError,
  STORE_ERROR_CODES,
  StoreError,
  type StoreErrorCode,
  simulationNotFound,
  unreadable,
} from "./errors.ts";
export type {
  EventBatch,
  EventCursor,
  ParsedSubscription,
  StreamedEvent,
  Subscription,
} from "./live/index.ts";
export { waitForFiles } from "./log/index.ts";
export type { Parsed } from "./parsed.ts";
export type {
  Answered,
  AsItIs,
  AskedRun,
  Run,
  RunOnDisk,
  SkippedLines,
  Store,
  StoreOnDisk,
} from "./port/index.ts";
export { FilesNeeded } from "./port/index.ts";
export {
  type Causality,
  type CausalityEntry,
  type CausalityOptions,
  type EventPage,
  type ParsedCriteria,
  type ParsedFilter,
  type ParsedTimelineQuery,
  parseCriteria,
  parseFilter,
  withoutPages,
} from "./query/index.ts";
export type { FullRunSummary } from "./runs/index.ts";
export type { ParsedSearch } from "./search.ts";
export { isIndexFile } from "./sidecar/index.ts";
export { openStore, type StoreOptions } from "./store.ts";
