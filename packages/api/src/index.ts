export {
  type Bands,
  type BatchAnswer,
  type BatchCurvesAnswer,
  type BatchCurvesQuery,
  type BatchHeat,
  type BatchList,
  type BatchOfRun,
  type BatchOutcome,
  type BatchOutcomeCounts,
  type BatchQuery,
  type BatchRun,
  type BatchSummary,
  type BatchVariable,
  batch,
  batchAnswerSchema,
  batchCurves,
  batchCurvesAnswerSchema,
  batchCurvesQuerySchema,
  batches,
  batchListSchema,
  batchOfRunSchema,
  batchQuerySchema,
  batchSummarySchema,
  MAX_BATCH_VARIABLES,
  MAX_OUTCOMES,
  type Parting,
  type Spread,
} from "./batches.ts";
export {
  ASKERS,
  type Asker,
  type AskerTotals,
  askerTotalsSchema,
  type CallAnswer,
  type CallMessage,
  type CallQuery,
  type CallsAnswer,
  type CallsQuery,
  type CallTotals,
  call,
  callAnswerSchema,
  callMessageSchema,
  callQuerySchema,
  callSchema,
  calls,
  callsAnswerSchema,
  callsQuerySchema,
  callTotalsSchema,
  DEFAULT_CALLS,
  MAX_CALLS,
  type ModelCall,
  TAPE_KEEPS,
} from "./calls.ts";
export {
  type CausalityAnswer,
  type CausalityEntry,
  type CausalityQuery,
  causality,
  causalityAnswerOf,
  causalityAnswerSchema,
  causalityEntrySchema,
  DEFAULT_CAUSALITY_DEPTH,
  MAX_CAUSALITY_DEPTH,
  type MissingCause,
} from "./causality.ts";
export {
  type Address,
  addressOf,
  ask,
  type Client,
  createClient,
  type GetJson,
  parseAnswer,
  UnexpectedAnswer,
} from "./client.ts";
export {
  type CompareAnswer,
  type CompareQuery,
  type ContextLine,
  compare,
  compareAnswerSchema,
  DIFFERENCE_KINDS,
  type Difference,
  type DifferenceGroup,
  type FieldDifference,
  type LogicalKey,
  type TurnDistance,
  type ValuesFrom,
} from "./compare.ts";
export {
  type CompareDifferencesAnswer,
  type CompareDifferencesQuery,
  compareDifferences,
  compareDifferencesAnswerSchema,
  compareDifferencesQuerySchema,
  MAX_DIFFERENCES,
  RELATIONS,
  type RelatedDifference,
  type Relation,
} from "./compare-differences.ts";
export {
  type ComparedValue,
  type CompareValuesAnswer,
  type CompareValuesQuery,
  compareValues,
  compareValuesAnswerSchema,
  compareValuesQuerySchema,
  VALUE_ORDERS,
  type ValueOrder,
} from "./compare-values.ts";
export {
  DEFAULT_EFFECTS_DEPTH,
  type EffectsAnswer,
  type EffectsQuery,
  effects,
  effectsAnswerSchema,
  effectsQuerySchema,
  MAX_EFFECTS_DEPTH,
} from "./effects.ts";
export {
  type AnswerOf,
  type Command,
  defineCommand,
  defineEndpoint,
  type Endpoint,
  type RequestOf,
  TAGS,
} from "./endpoint.ts";
export { COMMANDS, ENDPOINTS, QUESTIONS } from "./endpoints.ts";
export { receivedErrorSchema } from "./error-body.ts";
export {
  API_ERROR_CODES,
  API_ERRORS,
  type ApiErrorBody,
  type ApiErrorCode,
  COMMAND_ERRORS,
  COMMON_ERRORS,
  errorSchema,
} from "./errors.ts";
export { event } from "./event.ts";
export { eventSchemaDocument } from "./event-schema.ts";
export { type EventCriteria, type EventsAnswer, events, eventsAnswerSchema } from "./events.ts";
export { isRepeated } from "./fields.ts";
export {
  type FindAnswer,
  type FindQuery,
  find,
  findAnswerSchema,
  findQuerySchema,
  type WatchMoment,
  watchMomentSchema,
} from "./find.ts";
export { type ForkAnswer, type ForkRequest, fork, forkRequestSchema, ON_MISS } from "./forks.ts";
export {
  type Completeness,
  completenessOf,
  exactnessOf,
  GAP_KINDS,
  GAPS,
  type Gap,
  type GapKind,
  gapSchema,
  UNTRACKED,
} from "./gap.ts";
export { ApiRequestError, type GetJsonOptions, getJsonOver, queryText, requestError } from "./get-json.ts";
export { type HealthAnswer, health } from "./health.ts";
export {
  type HistoryAnswer,
  type HistoryQuery,
  history,
  historyAnswerSchema,
  historyQuerySchema,
  type VariableWrite,
  variableWriteSchema,
} from "./history.ts";
export { AS_RECORDED, isHole } from "./hole.ts";
export { type IntegrityAnswer, integrity, integrityAnswerSchema } from "./integrity.ts";
export {
  type InteractionCell,
  type InteractionsAnswer,
  type InteractionsQuery,
  interactions,
  interactionsAnswerSchema,
  interactionsQuerySchema,
  NOBODY,
  OTHERS,
} from "./interactions.ts";
export {
  type Note,
  type NoteRequest,
  type NotesAnswer,
  noteAnswerSchema,
  noteRequestSchema,
  notes,
  notesAnswerSchema,
  writeNote,
} from "./notes.ts";
export {
  type Phase,
  type PhasesAnswer,
  type PhasesQuery,
  phases,
  phasesAnswerSchema,
  phasesQuerySchema,
} from "./phases.ts";
export { type Prompt, type PromptsAnswer, promptOf, promptSchema, promptsAnswerSchema } from "./prompt.ts";
export {
  type RunDetails,
  type RunList,
  type RunSummary,
  run,
  runDetailsSchema,
  runSummarySchema,
  runs,
} from "./runs.ts";
export {
  DEFAULT_HITS,
  type SearchAnswer,
  type SearchProgress,
  search,
  searchAnswerSchema,
  searchMessages,
  searchProgressSchema,
} from "./search.ts";
export {
  STATE_CHECKS,
  type StateAnswer,
  type StateQuery,
  state,
  stateAnswerSchema,
  stateQuerySchema,
} from "./state.ts";
export { type Part, type Step, stepSchema } from "./steps.ts";
export { stream, streamHeadersSchema, streamMessages } from "./stream.ts";
export {
  DEFAULT_BUCKETS,
  MAX_BUCKETS,
  TIMELINE_SCALES,
  type TimelineAnswer,
  type TimelineBucket,
  type TimelineQuery,
  type TimelineScale,
  timeline,
} from "./timeline.ts";
export {
  MAX_VALUE_TEXT,
  MAX_VALUES_BY_TURN,
  type ValueAtTurn,
  type ValuesAnswer,
  type ValuesQuery,
  values,
  valuesAnswerSchema,
  valuesQuerySchema,
} from "./values.ts";
export {
  MAX_POINT_TEXT,
  VARIABLE_SOURCES,
  type VariablesAnswer,
  type VariablesQuery,
  variables,
  variablesAnswerSchema,
  variablesQuerySchema,
} from "./variables.ts";

export {
  type Cost,
  type Ledger,
  type LedgerEntry,
  type LedgerStretch,
  MAX_STRETCHES,
  MAX_WHY_DEPTH,
  type WhyAnswer,
  type WhyQuery,
  why,
  whyAnswerSchema,
  whyQuerySchema,
} from "./why.ts";
export {
  type WideDecision,
  type WidestAnswer,
  type WidestQuery,
  wideDecisionSchema,
  widest,
  widestAnswerSchema,
  widestQuerySchema,
} from "./widest.ts";
