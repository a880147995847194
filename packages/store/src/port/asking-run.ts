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
import type { NotesRead } from "@llm-sim/events/notes";
import type { VerifyReport } from "@llm-sim/events/read";
import type { Event, EventFilterInput } from "@llm-sim/events/schema";
import { RunExplainer, type Soon, type WriteCheck } from "../explain/index.ts";
import {
  type EventCursor,
  follow,
  type ParsedSubscription,
  type StreamedEvent,
  type Subscription,
} from "../live/index.ts";
import { parse } from "../parsed.ts";
import {
  type Causality,
  type CausalityOptions,
  type EventPage,
  type ParsedCriteria,
  parseCriteria,
  parseFilter,
} from "../query/index.ts";
import type { FullRunSummary } from "../runs/index.ts";
import type { ParsedSearch } from "../search.ts";
import type { AskedRun, SkippedLines } from "./asked-run.ts";
import type { Answered, AsItIs, Run } from "./run.ts";

/** What parses each question and asks it: an adapter says how its run is asked. */
export abstract class AskingRun implements Run {
  abstract readonly id: string;
  readonly explain: RunExplainer;
  readonly #closing: AbortSignal;

  /** @param closing ends subscriptions */
  constructor(id: string, closing: AbortSignal) {
    this.explain = RunExplainer.of({ id, look: (answer) => this.#answer((asked) => answer(asked.explain)) });
    this.#closing = closing;
  }

  abstract files(): Soon<string>;
  abstract asItIs(): Soon<AsItIs>;
  abstract summary(): Promise<FullRunSummary>;
  abstract details(): Promise<RunDetails>;
  abstract notes(): Promise<NotesRead>;
  abstract integrity(options?: { signal?: AbortSignal }): Promise<VerifyReport>;
  abstract ask<Answer>(question: (asked: AskedRun) => Soon<Answer>): Promise<Answered<Answer>>;
  abstract cursor(subscription: ParsedSubscription, onMore: () => void): Promise<EventCursor>;

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

  subscribe({ filter = {}, signal, ...rest }: Subscription = {}): AsyncIterable<StreamedEvent> {
    const either = signal === undefined ? this.#closing : AbortSignal.any([signal, this.#closing]);
    const join = (criteria: ParsedCriteria, after: string | undefined, onMore: () => void) =>
      this.cursor({ filter: criteria, ...(after !== undefined && { after }) }, onMore);
    return follow(join, { ...rest, filter: () => parseCriteria(filter), signal: either });
  }

  async #answer<Answer>(question: (asked: AskedRun) => Soon<Answer>): Promise<Answer> {
    return (await this.ask(question)).answer;
  }
}
