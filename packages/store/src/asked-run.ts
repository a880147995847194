import type {
  CallAnswer,
  CallsAnswer,
  Completeness,
  callQuerySchema,
  callsQuerySchema,
  TimelineAnswer,
} from "@llm-sim/api";
import { parseEventLine } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import type { ModelCalls } from "./calls/index.ts";
import { eventNotFound } from "./errors.ts";
import { Explanations, type Recording, type WriteCheck } from "./explain/index.ts";
import type { StreamedEvent } from "./live/index.ts";
import type { Parsed } from "./parsed.ts";
import {
  type Causality,
  type CausalityOptions,
  causalityOf,
  type EventPage,
  hintsOf,
  type ParsedCriteria,
  type ParsedFilter,
  type ParsedTimelineQuery,
  pageOf,
  parseCriteria,
  type RowSet,
  requireSpans,
  Selection,
  type TextSearches,
  timelineOf,
  withoutPages,
} from "./query/index.ts";
import type { RunView } from "./reader/index.ts";
import type { SkippedLine } from "./run-index/index.ts";

/** Lines of a run that are no valid events. */
export interface SkippedLines {
  count: number;
  /** The first thousand. */
  lines: SkippedLine[];
}

const MAX_LAST = 1000;

/** What is kept of a run from question to question. */
export interface KeptOfRun {
  directory: string;
  searches: TextSearches;
  calls: ModelCalls;
}

/** A run as of one look at its log, asked by who has parsed the question; throws as {@link Run}, which parses it, does. */
export class AskedRun {
  readonly explain: Explanations;
  readonly #view: RunView;
  readonly #recording: Recording;
  readonly #kept: KeptOfRun;

  private constructor(view: RunView, recording: Recording, kept: KeptOfRun) {
    this.explain = Explanations.of(view, recording);
    this.#view = view;
    this.#recording = recording;
    this.#kept = kept;
  }

  /** @internal */
  static at(view: RunView, recording: Recording, kept: KeptOfRun): AskedRun {
    return new AskedRun(view, recording, kept);
  }

  async query(filter: ParsedFilter): Promise<EventPage & Completeness> {
    requireSpans(filter);
    const matches = await this.#matches(withoutPages(filter));
    return {
      ...pageOf(this.#view, matches, filter, hintsOf(this.#view, this.#kept.directory, filter)),
      ...this.explain.completenessOfList(filter),
    };
  }

  event(eventId: string): Event {
    const parsed = parseEventLine(this.eventLine(eventId));
    if (!parsed.ok) throw eventNotFound(this.#view.id, eventId);
    return parsed.event;
  }

  eventLine(eventId: string): Uint8Array {
    const row = this.#view.index.find(eventId);
    if (row < 0) throw eventNotFound(this.#view.id, eventId);
    return this.#view.line(row);
  }

  causality(eventId: string, depth?: number, options?: CausalityOptions): Causality & Completeness {
    const causality = causalityOf(this.#view, eventId, depth, options);
    return { ...causality, ...this.explain.completenessOfCausality(causality) };
  }

  async timeline({ buckets, by, ...criteria }: ParsedTimelineQuery): Promise<TimelineAnswer> {
    requireSpans(criteria);
    const timeline = timelineOf(this.#view.index, await this.#matches(criteria), buckets, by);
    const hints = hintsOf(this.#view, this.#kept.directory, criteria);
    return {
      ...timeline,
      ...this.explain.completenessOfCounts(criteria),
      ...(hints.length > 0 && { hints }),
    };
  }

  async callCount(): Promise<number> {
    return (await this.#kept.calls.table(this.#view)).calls.length;
  }

  calls(query: Parsed<typeof callsQuerySchema>): Promise<CallsAnswer> {
    const { turn_start, turn_end } = query;
    const events = parseCriteria({ event_types: ["SYSTEM"], turn_start, turn_end });
    return this.#kept.calls.list(this.#view, this.#recording, query, this.completeness(events));
  }

  call(eventId: string, query: Parsed<typeof callQuerySchema>): Promise<CallAnswer> {
    return this.#kept.calls.call(this.#view, eventId, query);
  }

  completeness(criteria: ParsedCriteria, writes?: WriteCheck): Completeness {
    requireSpans(criteria);
    return this.explain.completenessOfList(criteria, writes);
  }

  lastEvents(count: number): StreamedEvent[] {
    const view = this.#view.byPlace();
    const { rows } = view.index;
    const first = Math.max(0, rows - Math.min(count, MAX_LAST));
    const last = Array.from({ length: rows - first }, (_, place) => first + place);
    return view.lines(last).map((line, place) => ({ event_id: view.index.idOf(first + place), line }));
  }

  skippedLines(): SkippedLines {
    return { count: this.#view.skippedCount, lines: [...this.#view.skippedLines] };
  }

  async #matches({ q, ...criteria }: ParsedCriteria): Promise<RowSet> {
    if (q === undefined || q === "") return new Selection(this.#view.index, criteria).rows();
    return this.#kept.searches.find(this.#view, { ...criteria, q });
  }
}
