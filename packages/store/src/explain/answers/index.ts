export {
  type CompareAnswer,
  type ContextLine,
  compareAnswerSchema,
  DIFFERENCE_KINDS,
  type Difference,
  type FieldDifference,
  type LogicalKey,
  type TurnDistance,
} from "./compare.ts";
export { type FindAnswer, findAnswerSchema, type WatchMoment } from "./find.ts";
export {
  type Completeness,
  completeness,
  completenessOf,
  GAP_KINDS,
  GAPS,
  type Gap,
  type GapKind,
  gapSchema,
  UNTRACKED,
} from "./gap.ts";
export {
  compareQuerySchema,
  DEFAULT_EFFECTS_DEPTH,
  type EffectsQuery,
  effectsQuerySchema,
  type FindQuery,
  findQuerySchema,
  type HistoryQuery,
  historyQuerySchema,
  MAX_EFFECTS_DEPTH,
  MAX_WHY_DEPTH,
  type StateQuery,
  stateQuerySchema,
  type WhyQuery,
  type WidestQuery,
  whyQuerySchema,
  widestQuerySchema,
} from "./queries.ts";
export {
  type HistoryAnswer,
  historyAnswerSchema,
  STATE_CHECKS,
  type StateAnswer,
  stateAnswerSchema,
  type VariableWrite,
} from "./state.ts";
export { type Part, type Step, stepSchema } from "./steps.ts";
export {
  type EffectsAnswer,
  effectsAnswerSchema,
  type Ledger,
  type LedgerEntry,
  type WhyAnswer,
  type WideDecision,
  type WidestAnswer,
  whyAnswerSchema,
  widestAnswerSchema,
} from "./why.ts";
