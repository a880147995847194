import type {
  CompareAnswer,
  CompareDifferencesAnswer,
  CompareValuesAnswer,
  compareDifferencesQuerySchema,
  compareValuesQuerySchema,
  EffectsAnswer,
  effectsQuerySchema,
  FindAnswer,
  findQuerySchema,
  HistoryAnswer,
  historyQuerySchema,
  InteractionsAnswer,
  interactionsQuerySchema,
  StateAnswer,
  stateQuerySchema,
  ValuesAnswer,
  valuesQuerySchema,
  WhyAnswer,
  WidestAnswer,
  whyQuerySchema,
  widestQuerySchema,
} from "@llm-sim/api";
import type { Parsed } from "../parsed.ts";
import type { TurnEndPlace } from "./state/index.ts";

/** An answer that may be there at once. */
export type Soon<Answer> = Answer | Promise<Answer>;

/** What a run explains as of one look at its log, to who has parsed the question; two that are compared come from the same store. */
export interface AskedExplanations {
  state(query: Parsed<typeof stateQuerySchema>, signal?: AbortSignal): Promise<StateAnswer>;
  turnEnds(): Soon<TurnEndPlace[]>;
  history(query: Parsed<typeof historyQuerySchema>, signal?: AbortSignal): Promise<HistoryAnswer>;
  why(query: Parsed<typeof whyQuerySchema>, signal?: AbortSignal): Promise<WhyAnswer>;
  effects(query: Parsed<typeof effectsQuerySchema>, signal?: AbortSignal): Soon<EffectsAnswer>;
  widest(query: Parsed<typeof widestQuerySchema>, signal?: AbortSignal): Promise<WidestAnswer>;
  valuesByTurn(query: Parsed<typeof valuesQuerySchema>, signal?: AbortSignal): Promise<ValuesAnswer>;
  interactions(
    query: Parsed<typeof interactionsQuerySchema>,
    signal?: AbortSignal,
  ): Promise<InteractionsAnswer>;
  find(query: Parsed<typeof findQuerySchema>, signal?: AbortSignal): Promise<FindAnswer>;
  compare(right: AskedExplanations, signal?: AbortSignal): Promise<CompareAnswer>;
  differences(
    right: AskedExplanations,
    query: Parsed<typeof compareDifferencesQuerySchema>,
    signal?: AbortSignal,
  ): Promise<CompareDifferencesAnswer>;
  valuesBeside(
    right: AskedExplanations,
    query: Parsed<typeof compareValuesQuerySchema>,
    signal?: AbortSignal,
  ): Promise<CompareValuesAnswer>;
}
