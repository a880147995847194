import { statSync } from "node:fs";
import { join } from "node:path";
import { parseEventLine, type VerifyReport, verifyRun } from "@llm-sim/events/read";
import { isBeingWritten, MANIFEST_FILE } from "@llm-sim/events/run";
import type { Event, EventFilterInput } from "@llm-sim/events/schema";
import { eventNotFound } from "./errors.ts";
import {
  type Completeness,
  causalityCompleteness,
  countsCompleteness,
  listCompleteness,
  type Recording,
  RunExplainer,
  recordingOf,
  type WriteCheck,
} from "./explain/index.ts";
import { type StreamedEvent, type Subscription, subscribe } from "./live/index.ts";
import {
  type Causality,
  type CausalityOptions,
  causalityOf,
  type EventCriteria,
  type EventPage,
  hintsOf,
  pageOf,
  parseCriteria,
  parseFilter,
  type RowSet,
  Selection,
  TextSearches,
  type Timeline,
  type TimelineQuery,
  timelineOf,
} from "./query/index.ts";
import type { RunReader, RunView } from "./reader/index.ts";
import type { SkippedLine } from "./run-index/index.ts";
import { detailsOf, type FullRunSummary, type RunDetails, summarize } from "./runs/index.ts";

/** Lines of a run that are no valid events. */
export interface SkippedLines {
  count: number;
  /** The first thousand. */
  lines: SkippedLine[];
}

/** A run, finished or being written. Every question first takes in what the log has gained. */
export interface Run {
  readonly id: string;
  readonly directory: string;
  summary(): Promise<FullRunSummary>;
  /** The summary, and what it was run from and came to. */
  details(): Promise<RunDetails>;
  /**
   * A page of the matching events, in order of (timestamp, place in the log). `offset` counts from the cursor, where there is one.
   * Throws INVALID_ARGUMENT naming the parameter.
   */
  query(filter?: EventFilterInput): Promise<EventPage & Completeness>;
  /** Throws EVENT_NOT_FOUND. */
  event(eventId: string): Promise<Event>;
  /** The event as JSON without a newline. Throws EVENT_NOT_FOUND. */
  eventLine(eventId: string): Promise<Buffer>;
  /** Both ways to a depth of 1–20 (default 5). Throws EVENT_NOT_FOUND, INVALID_ARGUMENT. */
  causality(eventId: string, depth?: number, options?: CausalityOptions): Promise<Causality & Completeness>;
  /** Throws INVALID_ARGUMENT. */
  timeline(query?: TimelineQuery): Promise<Timeline & Completeness>;
  /**
   * Whether the matching events in the log are all there ever were, and, where what is drawn from them rests on their values,
   * whether the writes that were read follow from each other and are whole. Throws INVALID_ARGUMENT.
   */
  completeness(criteria?: EventCriteria, writes?: WriteCheck): Promise<Completeness>;
  /** The last events by their place in the log, behind which `subscribe` goes on, at most 1,000. */
  lastEvents(count: number): Promise<StreamedEvent[]>;
  /** Every matching event once, in the order of the log, until the run is over. Throws INVALID_ARGUMENT at the first step. */
  subscribe(subscription?: Subscription): AsyncIterable<StreamedEvent>;
  /** What `verify` finds; kept until the log changes. */
  integrity(): Promise<VerifyReport>;
  skippedLines(): Promise<SkippedLines>;
  /** How many lines are skipped, as of the last question: no look at the disk. */
  readonly skippedCount: number;
  /** State at any moment, why a value is what it is, what a decision led to. */
  readonly explain: RunExplainer;
}

const MAX_LAST = 1000;

export class IndexedRun implements Run {
  readonly id: string;
  readonly directory: string;
  readonly explain: RunExplainer;
  readonly #reader: RunReader;
  readonly #pollInterval: number;
  readonly #closing: AbortSignal;
  readonly #searches = new TextSearches();
  #skippedCount = 0;
  #integrity: { of: string; report: Promise<VerifyReport> } | undefined;

  constructor(reader: RunReader, options: { pollInterval: number; closing: AbortSignal }) {
    this.id = reader.id;
    this.directory = reader.directory;
    this.#reader = reader;
    this.explain = new RunExplainer(reader);
    this.#pollInterval = options.pollInterval;
    this.#closing = options.closing;
  }

  get skippedCount(): number {
    return this.#skippedCount;
  }

  async summary(): Promise<FullRunSummary> {
    return summarize(this.id, this.directory, await this.#reader.facts());
  }

  async details(): Promise<RunDetails> {
    return detailsOf(this.directory, await this.summary(), await this.#endReason());
  }

  async #endReason(): Promise<string | undefined> {
    const milestones: EventFilterInput = { event_types: ["MILESTONE"], limit: 1 };
    const { total } = await this.query(milestones);
    const [last] = (await this.query({ ...milestones, offset: Math.max(0, total - 1) })).events();
    const isEnd = last?.event_type === "MILESTONE" && last.milestone_type === "simulation_end";
    return isEnd ? last.description : undefined;
  }

  async query(input: EventFilterInput = {}): Promise<EventPage & Completeness> {
    const filter = parseFilter(input);
    return this.#ask(async (view, recording) => {
      const matches = await this.#matches(view, filter);
      return {
        ...pageOf(view, matches, filter, hintsOf(view, this.directory, filter)),
        ...listCompleteness({ view, recording }, filter),
      };
    });
  }

  async event(eventId: string): Promise<Event> {
    const parsed = parseEventLine(await this.eventLine(eventId));
    if (!parsed.ok) throw eventNotFound(this.id, eventId);
    return parsed.event;
  }

  eventLine(eventId: string): Promise<Buffer> {
    return this.#ask((view) => {
      const row = view.index.find(eventId);
      if (row < 0) throw eventNotFound(this.id, eventId);
      return view.line(row);
    });
  }

  causality(eventId: string, depth?: number, options?: CausalityOptions): Promise<Causality & Completeness> {
    return this.#ask((view, recording) => {
      const causality = causalityOf(view, eventId, depth, options);
      return { ...causality, ...causalityCompleteness({ view, recording }, causality) };
    });
  }

  async timeline({ buckets, by, ...filter }: TimelineQuery = {}): Promise<Timeline & Completeness> {
    const criteria = parseCriteria(filter);
    return this.#ask(async (view, recording) => {
      const timeline = timelineOf(view.index, await this.#matches(view, criteria), buckets, by);
      const hints = hintsOf(view, this.directory, criteria);
      return {
        ...timeline,
        ...countsCompleteness({ view, recording }, criteria),
        ...(hints.length > 0 && { hints }),
      };
    });
  }

  lastEvents(count: number): Promise<StreamedEvent[]> {
    return this.#ask((asked) => {
      const view = asked.byPlace();
      const { rows } = view.index;
      const first = Math.max(0, rows - Math.min(count, MAX_LAST));
      const last = Array.from({ length: rows - first }, (_, place) => first + place);
      return view.lines(last).map((line, place) => ({ event_id: view.index.idOf(first + place), line }));
    });
  }

  async completeness(input: EventCriteria = {}, writes?: WriteCheck): Promise<Completeness> {
    const criteria = parseCriteria(input);
    return this.#ask((view, recording) => listCompleteness({ view, recording }, criteria, writes));
  }

  subscribe(subscription: Subscription = {}): AsyncIterable<StreamedEvent> {
    const { signal } = subscription;
    const either = signal === undefined ? this.#closing : AbortSignal.any([signal, this.#closing]);
    return subscribe(this.#reader, { ...subscription, signal: either }, this.#pollInterval);
  }

  async integrity(): Promise<VerifyReport> {
    const { bytes, segments, event_count } = await this.#reader.facts();
    const manifest = statSync(join(this.directory, MANIFEST_FILE), { throwIfNoEntry: false })?.mtimeMs;
    // An index made anew is one of another log, be it as long.
    const serial = await this.#ask((view) => view.index.serial);
    const of = [bytes, segments, event_count, serial, manifest, isBeingWritten(this.directory)].join();
    if (this.#integrity?.of !== of) this.#integrity = { of, report: verifyRun(this.directory) };
    try {
      return await this.#integrity.report;
    } catch (error) {
      this.#integrity = undefined;
      throw error;
    }
  }

  skippedLines(): Promise<SkippedLines> {
    return this.#ask((view) => ({ count: view.skippedCount, lines: [...view.skippedLines] }));
  }

  #ask<T>(answer: (view: RunView, recording: Recording) => T | Promise<T>): Promise<T> {
    const recording = recordingOf(this.directory);
    return this.#reader.ask((view) => {
      this.#skippedCount = view.skippedCount;
      return answer(view, recording);
    });
  }

  async #matches(view: RunView, { q, ...criteria }: EventCriteria): Promise<RowSet> {
    if (q === undefined || q === "") return new Selection(view.index, criteria).rows();
    return this.#searches.find(view, { ...withoutPages(criteria), q });
  }
}

/** The page asked for does not change what is searched for. */
function withoutPages(criteria: EventCriteria): EventCriteria {
  const { limit: _limit, offset: _offset, cursor: _cursor, ...rest }: EventFilterInput = criteria;
  return rest;
}
