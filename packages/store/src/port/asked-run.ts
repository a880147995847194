import type {
  CallAnswer,
  CallsAnswer,
  Completeness,
  callQuerySchema,
  callsQuerySchema,
  PhasesAnswer,
  phasesQuerySchema,
  SearchAnswer,
  TimelineAnswer,
  VariablesAnswer,
  variablesQuerySchema,
} from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import type { AskedExplanations, Soon, WriteCheck } from "../explain/index.ts";
import type { StreamedEvent } from "../live/index.ts";
import type { Parsed } from "../parsed.ts";
import type {
  Causality,
  CausalityOptions,
  EventPage,
  ParsedCriteria,
  ParsedFilter,
  ParsedTimelineQuery,
} from "../query/index.ts";
import type { SkippedLine } from "../run-index/index.ts";
import type { ParsedSearch } from "../search.ts";

/** So many of a log's last events are told at once. */
export const MAX_LAST = 1000;

/** Lines of a run that are no valid events. */
export interface SkippedLines {
  count: number;
  /** The first thousand. */
  lines: SkippedLine[];
}

/**
 * What is asked of a run, by who has parsed the question, as of one look at its log: the port that every place where runs lie
 * answers alike. Throws as {@link Run}, which parses it, does. `signal` is of who asked: where it is aborted, a long answer stops, and
 * this throws its reason.
 */
export interface AskedRun {
  readonly explain: AskedExplanations;
  query(filter: ParsedFilter, signal?: AbortSignal): Promise<EventPage & Completeness>;
  event(eventId: string): Soon<Event>;
  eventLine(eventId: string): Soon<Uint8Array>;
  causality(
    eventId: string,
    depth?: number,
    options?: CausalityOptions & { signal?: AbortSignal },
  ): Promise<Causality & Completeness>;
  timeline(query: ParsedTimelineQuery, signal?: AbortSignal): Promise<TimelineAnswer>;
  /** As {@link Run.search}, of what is parsed already. */
  search(criteria: ParsedCriteria, options: ParsedSearch): Promise<SearchAnswer>;
  callCount(): Promise<number>;
  calls(query: Parsed<typeof callsQuerySchema>, signal?: AbortSignal): Promise<CallsAnswer>;
  call(eventId: string, query: Parsed<typeof callQuerySchema>, signal?: AbortSignal): Promise<CallAnswer>;
  /** What became of each variable, a page of them. */
  variables(query: Parsed<typeof variablesQuerySchema>, signal?: AbortSignal): Promise<VariablesAnswer>;
  phases(query: Parsed<typeof phasesQuerySchema>, signal?: AbortSignal): Promise<PhasesAnswer>;
  completeness(criteria: ParsedCriteria, writes?: WriteCheck): Soon<Completeness>;
  lastEvents(count: number): Soon<StreamedEvent[]>;
  skippedLines(): Soon<SkippedLines>;
}
