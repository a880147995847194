import type { Completeness, TimelineAnswer } from "@llm-sim/api";
import { parseEventLine } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { eventNotFound } from "./errors.ts";
import { Explanations, type Recording, type WriteCheck } from "./explain/index.ts";
import type { StreamedEvent } from "./live/index.ts";
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

/** A run as of one look at its log, asked by who has parsed the question; throws as {@link Run}, which parses it, does. */
export class AskedRun {
  readonly explain: Explanations;
  readonly #view: RunView;
  readonly #directory: string;
  readonly #searches: TextSearches;

  private constructor(view: RunView, recording: Recording, directory: string, searches: TextSearches) {
    this.explain = Explanations.of(view, recording);
    this.#view = view;
    this.#directory = directory;
    this.#searches = searches;
  }

  /** @internal */
  static at(view: RunView, recording: Recording, directory: string, searches: TextSearches): AskedRun {
    return new AskedRun(view, recording, directory, searches);
  }

  async query(filter: ParsedFilter): Promise<EventPage & Completeness> {
    requireSpans(filter);
    const matches = await this.#matches(withoutPages(filter));
    return {
      ...pageOf(this.#view, matches, filter, hintsOf(this.#view, this.#directory, filter)),
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
    const hints = hintsOf(this.#view, this.#directory, criteria);
    return {
      ...timeline,
      ...this.explain.completenessOfCounts(criteria),
      ...(hints.length > 0 && { hints }),
    };
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
    return this.#searches.find(this.#view, { ...criteria, q });
  }
}
