export {
  type ApiClient,
  type Criteria,
  createApiClient,
  criteriaQuery,
  type Paging,
  runPath,
  type TimelineOptions,
} from "./client.ts";
export type { Gap } from "./completeness-schemas.ts";
export {
  ApiError,
  isApiError,
  isStateNotRecorded,
  UNAUTHENTICATED,
  UNREACHABLE,
  UNREADABLE_ANSWER,
} from "./errors.ts";
export {
  fetchComparison,
  fetchHistory,
  fetchState,
  fetchWhy,
  type WholeHistory,
  type WhyQuestion,
} from "./explain-client.ts";
export type {
  Comparison,
  ContextLine,
  Difference,
  FieldDifference,
  Ledger,
  Step,
  VariableWrite,
  WhyAnswer,
  WorldState,
} from "./explain-schemas.ts";
export { type Connection, type Fetch, getResponse, pause, queryText } from "./request.ts";
export {
  type Causality,
  type CausalityEntry,
  type CountsByKind,
  type EndValues,
  type EventPage,
  RUN_STATUSES,
  type RunStatus,
  type RunSummary,
  type Timeline,
  type TimelineBucket,
  type Trouble,
} from "./run-schemas.ts";
export { readServerSentEvents, type ServerSentEvent } from "./server-sent-events.ts";
