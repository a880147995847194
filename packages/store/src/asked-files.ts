import {
  type CallAnswer,
  type CallsAnswer,
  type Completeness,
  type callQuerySchema,
  type callsQuerySchema,
  completenessOf,
  type EventCriteria,
  type Gap,
  type PhasesAnswer,
  type phasesQuerySchema,
  type SearchAnswer,
  type SearchProgress,
  type TimelineAnswer,
  type VariablesAnswer,
  type variablesQuerySchema,
} from "@llm-sim/api";
import { parseEventLine } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import type { ModelCalls } from "./calls/index.ts";
import { eventNotFound } from "./errors.ts";
import { Explanations, type Recording, type WriteCheck } from "./explain/index.ts";
import type { StreamedEvent } from "./live/index.ts";
import { phasesOf, type RunVariables } from "./overview/index.ts";
import { Pace } from "./pace/index.ts";
import type { Parsed } from "./parsed.ts";
import { type AskedRun, MAX_LAST, type SkippedLines } from "./port/index.ts";
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
  type SearchedRows,
  type SearchOptions,
  Selection,
  type TextSearches,
  timelineOf,
  withoutPages,
} from "./query/index.ts";
import type { RunView } from "./reader/index.ts";
import { FoundEvents, type ParsedSearch, searchedTo } from "./search.ts";

/** What is kept of a run from question to question. */
export interface KeptOfRun {
  searches: TextSearches;
  calls: ModelCalls;
  variables: RunVariables;
}

/** A run's files as of one look at them. */
export class AskedFiles implements AskedRun {
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
  static at(view: RunView, recording: Recording, kept: KeptOfRun): AskedFiles {
    return new AskedFiles(view, recording, kept);
  }

  async query(filter: ParsedFilter, signal?: AbortSignal): Promise<EventPage & Completeness> {
    requireSpans(filter);
    const { rows, gaps } = await this.#matches(withoutPages(filter), { signal });
    const pace = this.#pace(signal);
    // Looked at on the spot: others have come to this place meanwhile, too.
    while (pace.isDue) await pace.yieldIfDue();
    const known = this.explain.completenessOfList(filter);
    return {
      ...pageOf(this.#view, rows, filter, this.#hints(filter)),
      ...completenessOf([...known.gaps, ...gaps]),
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

  async causality(
    eventId: string,
    depth?: number,
    { signal, ...options }: CausalityOptions & { signal?: AbortSignal } = {},
  ): Promise<Causality & Completeness> {
    const causality = await causalityOf(this.#view, eventId, depth, options, this.#pace(signal));
    return { ...causality, ...this.explain.completenessOfCausality(causality) };
  }

  async timeline(
    { buckets, by, ...criteria }: ParsedTimelineQuery,
    signal?: AbortSignal,
  ): Promise<TimelineAnswer> {
    requireSpans(criteria);
    const { rows, gaps } = await this.#matches(criteria, { signal });
    const timeline = await timelineOf(this.#view.index, rows, buckets, by, this.#pace(signal));
    const hints = this.#hints(criteria);
    return {
      ...timeline,
      ...completenessOf([...this.explain.completenessOfCounts(criteria).gaps, ...gaps]),
      ...(hints.length > 0 && { hints }),
    };
  }

  async search(criteria: ParsedCriteria, options: ParsedSearch): Promise<SearchAnswer> {
    requireSpans(criteria);
    const { index } = this.#view;
    const { signal, onProgress } = options;
    const events = new FoundEvents(this.#view, options.hits ?? 0);
    let progress: SearchProgress = { scanned: 0, of: 0, hits: 0 };
    const onStep = ({ covered, scanned, of, found }: SearchedRows): void => {
      progress = { scanned, of, hits: progress.hits + found.length, ...searchedTo(index, covered) };
      onProgress?.({ ...progress, events: events.of(found) });
    };
    const { gaps } = await this.#matches(criteria, { signal, onStep });
    const hints = this.#hints(criteria);
    return {
      ...progress,
      ...completenessOf([...this.explain.completenessOfList(criteria).gaps, ...gaps]),
      ...(hints.length > 0 && { hints }),
    };
  }

  async callCount(): Promise<number> {
    return (await this.#kept.calls.table(this.#view)).calls.length;
  }

  calls(query: Parsed<typeof callsQuerySchema>, signal?: AbortSignal): Promise<CallsAnswer> {
    const { turn_start, turn_end } = query;
    const events = parseCriteria({ event_types: ["SYSTEM"], turn_start, turn_end });
    return this.#kept.calls.list(
      this.#view,
      this.#recording,
      query,
      this.completeness(events),
      this.#pace(signal),
    );
  }

  call(eventId: string, query: Parsed<typeof callQuerySchema>, signal?: AbortSignal): Promise<CallAnswer> {
    return this.#kept.calls.call(this.#view, eventId, query, this.#pace(signal));
  }

  variables(query: Parsed<typeof variablesQuerySchema>, signal?: AbortSignal): Promise<VariablesAnswer> {
    return this.#kept.variables.list(this.#view, this.#recording, query, signal);
  }

  phases(query: Parsed<typeof phasesQuerySchema>, signal?: AbortSignal): Promise<PhasesAnswer> {
    return phasesOf(this.#view, this.#recording, query, this.#pace(signal));
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

  #hints(criteria: EventCriteria): string[] {
    return hintsOf(this.#view, this.#recording.manifest?.config, criteria);
  }

  #pace(signal?: AbortSignal): Pace {
    return new Pace([this.#view], signal);
  }

  /** The events that match, and what could not be looked through. */
  async #matches(
    criteria: ParsedCriteria,
    { signal, onStep }: Omit<SearchOptions, "also">,
  ): Promise<{ rows: RowSet; gaps: Gap[] }> {
    const { index } = this.#view;
    const { q, in: within, ...others } = criteria;
    if (q === undefined || q === "")
      return { rows: await new Selection(index, others).rows(this.#pace(signal)), gaps: [] };
    const { calls, searches } = this.#kept;
    const said = within === "payload" ? await calls.search(this.#view, q, signal) : { rows: [], gaps: [] };
    const found = { ...others, q, in: within };
    const rows = await searches.find(this.#view, found, { signal, also: said.rows, onStep });
    return { rows, gaps: said.gaps };
  }
}
