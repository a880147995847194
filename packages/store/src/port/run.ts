import type {
  CallAnswer,
  CallQuery,
  CallsAnswer,
  CallsQuery,
  Completeness,
  EventCriteria,
  PhasesAnswer,
  PhasesQuery,
  RunDetails,
  SearchAnswer,
  TimelineAnswer,
  TimelineQuery,
  VariablesAnswer,
  VariablesQuery,
} from "@llm-sim/api";
import type { NotesRead } from "@llm-sim/events/notes";
import type { VerifyReport } from "@llm-sim/events/read";
import type { Event, EventFilterInput } from "@llm-sim/events/schema";
import type { RunExplainer, Soon, WriteCheck } from "../explain/index.ts";
import type { EventCursor, ParsedSubscription, StreamedEvent, Subscription } from "../live/index.ts";
import type { Causality, CausalityOptions, EventPage } from "../query/index.ts";
import type { FullRunSummary } from "../runs/index.ts";
import type { ParsedSearch } from "../search.ts";
import type { AskedRun, SkippedLines } from "./asked-run.ts";

/** An answer, and what the log held besides when it was given. */
export interface Answered<Answer> {
  answer: Answer;
  /** How many lines of the log were no valid events, and so took no part in it. */
  skipped: number;
}

/** What a run is asked from, as it is now. */
export interface AsItIs {
  /** Another where that has changed: what is asked twice meanwhile is asked of the same. */
  key: string;
  /** Bytes of the log and the tape; infinite where it was rotated or compressed, so that its size is none of a small run's. */
  bytes: number;
}

/** A run, finished or being written, wherever it lies. Every question first takes in what the log has gained. */
export interface Run {
  readonly id: string;
  /** A directory that holds the run's files, byte for byte, as of now. */
  files(): Soon<string>;
  asItIs(): Soon<AsItIs>;
  summary(): Promise<FullRunSummary>;
  /** The summary, and what it was run from and came to. */
  details(): Promise<RunDetails>;
  /** What people wrote about it. */
  notes(): Promise<NotesRead>;
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
  /** What `verify` finds; kept until the log changes. With a signal it stops where that is aborted, and nothing is kept. */
  integrity(options?: { signal?: AbortSignal }): Promise<VerifyReport>;
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

/** A run in a directory of its own. */
export interface RunOnDisk extends Run {
  readonly directory: string;
  files(): string;
  asItIs(): AsItIs;
}
