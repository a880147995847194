import { statSync } from "node:fs";
import { join } from "node:path";
import {
  type CallAnswer,
  type CallQuery,
  type CallsAnswer,
  type CallsQuery,
  type Completeness,
  callQuerySchema,
  callsQuerySchema,
  type EventCriteria,
  type PhasesAnswer,
  type PhasesQuery,
  phasesQuerySchema,
  type RunDetails,
  type SearchAnswer,
  type TimelineAnswer,
  type TimelineQuery,
  type VariablesAnswer,
  type VariablesQuery,
  variablesQuerySchema,
} from "@llm-sim/api";
import { type VerifyReport, verifyRun } from "@llm-sim/events/read";
import { isBeingWritten, MANIFEST_FILE, TAPE_FILE } from "@llm-sim/events/run";
import {
  type Event,
  type EventFilterInput,
  includesLevel,
  type VerbosityLevel,
} from "@llm-sim/events/schema";
import { AskedRun, type SkippedLines } from "./asked-run.ts";
import { ModelCalls } from "./calls/index.ts";
import { Explanations, RunExplainer, recordingOf, type WriteCheck } from "./explain/index.ts";
import {
  type BatchRoom,
  type EventCursor,
  follow,
  LiveLog,
  type ParsedSubscription,
  type StreamedEvent,
  type Subscription,
} from "./live/index.ts";
import { RunTroubles, RunVariables } from "./overview/index.ts";
import { parse } from "./parsed.ts";
import {
  type Causality,
  type CausalityOptions,
  type EventPage,
  parseCriteria,
  parseFilter,
  TextSearches,
} from "./query/index.ts";
import type { RunReader } from "./reader/index.ts";
import {
  detailsOf,
  type FullRunSummary,
  type Lineage,
  MOST_TROUBLES,
  mayHaveAsked,
  saidAtEnd,
  summarize,
} from "./runs/index.ts";
import type { ParsedSearch } from "./search.ts";

/** An answer, and what the log held besides when it was given. */
export interface Answered<Answer> {
  answer: Answer;
  /** How many lines of the log were no valid events, and so took no part in it. */
  skipped: number;
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
  /**
   * Looks for a text, `q`, as `query` does, telling how far it has come and what it has found. It can be stopped; what was looked
   * at is remembered, so that the same search, or a narrower one, goes on from there. Throws INVALID_ARGUMENT.
   */
  search(criteria: EventCriteria & { q: string }, options?: ParsedSearch): Promise<SearchAnswer>;
  /** Throws EVENT_NOT_FOUND. */
  event(eventId: string): Promise<Event>;
  /** The event as JSON without a newline. Throws EVENT_NOT_FOUND. */
  eventLine(eventId: string): Promise<Uint8Array>;
  /** Both ways to a depth of 1–20 (default 5). Throws EVENT_NOT_FOUND, INVALID_ARGUMENT. */
  causality(eventId: string, depth?: number, options?: CausalityOptions): Promise<Causality & Completeness>;
  /** Throws INVALID_ARGUMENT. */
  timeline(query?: TimelineQuery): Promise<TimelineAnswer>;
  /** The attempts at model calls that match, a page of them, and what all of them come to. Throws INVALID_ARGUMENT, EVENT_NOT_FOUND. */
  calls(query?: CallsQuery): Promise<CallsAnswer>;
  /**
   * One call with what was said, by the attempt's event or by the decision that came of it; with `delta` beside the call of the
   * same asker before. Throws EVENT_NOT_FOUND, and INVALID_ARGUMENT for an event of another kind.
   */
  call(eventId: string, query?: CallQuery): Promise<CallAnswer>;
  /** What became of each variable at whatever verbosity, a page of them; while the run goes on, as far as its log tells. Throws INVALID_ARGUMENT. */
  variables(query?: VariablesQuery): Promise<VariablesAnswer>;
  /** The phases that it went through, a page of them. Throws INVALID_ARGUMENT. */
  phases(query?: PhasesQuery): Promise<PhasesAnswer>;
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
  /** State at any moment, why a value is what it is, what a decision led to. */
  readonly explain: RunExplainer;
  /**
   * Asks one question, or several of the same moment, and counts the lines that are no events at that moment. What is asked is
   * parsed already. `question` may be called again where the log turns out to have been changed meanwhile.
   *
   *     const filter = parseFilter({ agent_ids: ["alice"] });
   *     const { answer, skipped } = await run.ask((asked) => asked.query(filter));
   */
  ask<Answer>(question: (asked: AskedRun) => Answer | Promise<Answer>): Promise<Answered<Answer>>;
  /**
   * As `subscribe`, by a filter that is parsed already and for who passes events on to many: they are taken as batches, which all who
   * have the same filter share. Throws INVALID_ARGUMENT.
   *
   * @param onMore called when it pays to ask the cursor again
   */
  cursor(subscription: ParsedSubscription, onMore: () => void): Promise<EventCursor>;
}

export class IndexedRun implements Run {
  readonly id: string;
  readonly directory: string;
  readonly explain: RunExplainer;
  readonly #reader: RunReader;
  readonly #live: LiveLog;
  readonly #closing: AbortSignal;
  readonly #lineage: Lineage;
  readonly #searches = new TextSearches();
  readonly #calls: ModelCalls;
  readonly #variables: RunVariables;
  readonly #troubles = new RunTroubles();
  #integrity: { of: string; report: Promise<VerifyReport> } | undefined;

  constructor(
    reader: RunReader,
    options: { pollInterval: number; closing: AbortSignal; lineage: Lineage; batchRoom: BatchRoom },
  ) {
    this.id = reader.id;
    this.directory = reader.directory;
    this.#reader = reader;
    this.#calls = new ModelCalls(reader.directory);
    this.#variables = new RunVariables(reader.directory);
    this.explain = RunExplainer.over(reader);
    this.#closing = options.closing;
    this.#live = new LiveLog(reader, {
      pollInterval: options.pollInterval,
      closing: options.closing,
      room: options.batchRoom,
      saidIn: async (view, text) => {
        const { rows } = await this.#calls.search(view, text);
        return new Set(rows.map((row) => view.index.idOf(row)));
      },
    });
    this.#lineage = options.lineage;
  }

  async summary(): Promise<FullRunSummary> {
    return summarize(this.id, this.directory, await this.#reader.facts());
  }

  async details(): Promise<RunDetails> {
    const summary = await this.summary();
    const details = detailsOf(this.directory, summary, {
      children: await this.#lineage.childrenOf(this.directory),
      end: await this.#saidAtEnd(),
      calls: await this.#callCount(summary),
    });
    if (details.refusals !== undefined || !recordsRefusals(details.verbosity)) return details;
    const { refusals, failures } = await this.#reader.look((view) => this.#troubles.at(view));
    return {
      ...details,
      refusals: refusals.slice(0, MOST_TROUBLES),
      failures: failures.slice(0, MOST_TROUBLES),
    };
  }

  async #callCount({ by_type }: FullRunSummary): Promise<number> {
    if (by_type.SYSTEM === 0 || !mayHaveAsked(this.directory)) return 0;
    return this.#answer((asked) => asked.callCount());
  }

  async #saidAtEnd(): Promise<Pick<RunDetails, "end_reason" | "end_event_id">> {
    const milestones: EventFilterInput = { event_types: ["MILESTONE"], limit: 1 };
    const { total } = await this.query(milestones);
    const [last] = (await this.query({ ...milestones, offset: Math.max(0, total - 1) })).events();
    return saidAtEnd(last);
  }

  async query(input: EventFilterInput = {}): Promise<EventPage & Completeness> {
    const filter = parseFilter(input);
    return this.#answer((asked) => asked.query(filter));
  }

  async search(input: EventCriteria & { q: string }, options: ParsedSearch = {}): Promise<SearchAnswer> {
    const criteria = parseCriteria(input);
    return this.#answer((asked) => asked.search(criteria, options));
  }

  event(eventId: string): Promise<Event> {
    return this.#answer((asked) => asked.event(eventId));
  }

  eventLine(eventId: string): Promise<Uint8Array> {
    return this.#answer((asked) => asked.eventLine(eventId));
  }

  causality(eventId: string, depth?: number, options?: CausalityOptions): Promise<Causality & Completeness> {
    return this.#answer((asked) => asked.causality(eventId, depth, options));
  }

  async timeline({ buckets, by, ...filter }: TimelineQuery = {}): Promise<TimelineAnswer> {
    const criteria = parseCriteria(filter);
    return this.#answer((asked) => asked.timeline({ ...criteria, buckets, by }));
  }

  async calls(query: CallsQuery = {}): Promise<CallsAnswer> {
    const parsed = parse(callsQuerySchema, query);
    return this.#answer((asked) => asked.calls(parsed));
  }

  async call(eventId: string, query: CallQuery = {}): Promise<CallAnswer> {
    const parsed = parse(callQuerySchema, query);
    return this.#answer((asked) => asked.call(eventId, parsed));
  }

  async variables(query: VariablesQuery = {}): Promise<VariablesAnswer> {
    const parsed = parse(variablesQuerySchema, query);
    return this.#answer((asked) => asked.variables(parsed));
  }

  async phases(query: PhasesQuery = {}): Promise<PhasesAnswer> {
    const parsed = parse(phasesQuerySchema, query);
    return this.#answer((asked) => asked.phases(parsed));
  }

  lastEvents(count: number): Promise<StreamedEvent[]> {
    return this.#answer((asked) => asked.lastEvents(count));
  }

  async completeness(input: EventCriteria = {}, writes?: WriteCheck): Promise<Completeness> {
    const criteria = parseCriteria(input);
    return this.#answer((asked) => asked.completeness(criteria, writes));
  }

  skippedLines(): Promise<SkippedLines> {
    return this.#answer((asked) => asked.skippedLines());
  }

  ask<Answer>(question: (asked: AskedRun) => Answer | Promise<Answer>): Promise<Answered<Answer>> {
    const recording = recordingOf(this.directory);
    const kept = {
      directory: this.directory,
      searches: this.#searches,
      calls: this.#calls,
      variables: this.#variables,
    };
    return this.#reader.look(async (view) => {
      // Of the moment that is asked about: the log may grow before the answer is there.
      const skipped = view.skippedCount;
      await Explanations.catchUp(view);
      const answer = await question(AskedRun.at(view, recording, kept));
      return { answer, skipped };
    });
  }

  async #answer<Answer>(question: (asked: AskedRun) => Answer | Promise<Answer>): Promise<Answer> {
    return (await this.ask(question)).answer;
  }

  subscribe({ filter = {}, signal, ...rest }: Subscription = {}): AsyncIterable<StreamedEvent> {
    const either = signal === undefined ? this.#closing : AbortSignal.any([signal, this.#closing]);
    return follow(this.#live, { ...rest, filter: () => parseCriteria(filter), signal: either });
  }

  cursor({ filter, after }: ParsedSubscription, onMore: () => void): Promise<EventCursor> {
    return this.#live.join(filter, after, onMore);
  }

  async integrity(): Promise<VerifyReport> {
    const { bytes, segments, event_count } = await this.#reader.facts();
    const [manifest, tape] = [MANIFEST_FILE, TAPE_FILE].map(
      (file) => statSync(join(this.directory, file), { throwIfNoEntry: false })?.mtimeMs,
    );
    // An index made anew is one of another log, be it as long.
    const serial = await this.#reader.look((view) => view.index.serial);
    const of = [bytes, segments, event_count, serial, manifest, tape, isBeingWritten(this.directory)].join();
    if (this.#integrity?.of !== of) this.#integrity = { of, report: verifyRun(this.directory) };
    try {
      return await this.#integrity.report;
    } catch (error) {
      this.#integrity = undefined;
      throw error;
    }
  }
}

/** Whether the log has what agents were refused; one of another hand may. */
function recordsRefusals(verbosity: VerbosityLevel | undefined): boolean {
  return verbosity === undefined || includesLevel(verbosity, "ACTION");
}
