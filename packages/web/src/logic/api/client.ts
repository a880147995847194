import { type Event, type EventFilterInput, eventSchema } from "@llm-sim/events/schema";
import { type Connection, getJson, type Query } from "./request.ts";
import {
  type Causality,
  causalitySchema,
  type EventPage,
  eventPageSchema,
  type RunSummary,
  runListSchema,
  runSummarySchema,
  type Timeline,
  timelineSchema,
} from "./run-schemas.ts";

/** Which events, without paging. */
export type Criteria = Omit<EventFilterInput, "limit" | "offset" | "cursor">;
export type Paging = Pick<EventFilterInput, "limit" | "offset" | "cursor">;

export interface TimelineOptions {
  buckets: number;
  by: "turn" | "time";
}

export interface CausalityOptions {
  depth: number;
  /** Beginnings and ends of turns, too. */
  turnMarkers?: boolean;
}

/** The API's questions about events, typed and parsed. Every method throws ApiError. */
export interface ApiClient {
  readonly connection: Connection;
  runs(signal?: AbortSignal): Promise<RunSummary[]>;
  run(run: string, signal?: AbortSignal): Promise<RunSummary>;
  events(run: string, criteria: Criteria, paging: Paging, signal?: AbortSignal): Promise<EventPage>;
  /** How many events match. */
  count(run: string, criteria: Criteria, signal?: AbortSignal): Promise<number>;
  event(run: string, eventId: string, signal?: AbortSignal): Promise<Event>;
  causality(
    run: string,
    eventId: string,
    options: CausalityOptions,
    signal?: AbortSignal,
  ): Promise<Causality>;
  timeline(
    run: string,
    criteria: Criteria,
    options: TimelineOptions,
    signal?: AbortSignal,
  ): Promise<Timeline>;
}

export function createApiClient(connection: Connection): ApiClient {
  return {
    connection,
    runs: async (signal) =>
      (await getJson(connection, "/simulations", {}, runListSchema, signal)).simulations,
    run: (run, signal) => getJson(connection, runPath(run), {}, runSummarySchema, signal),
    events: (run, criteria, paging, signal) =>
      getJson(
        connection,
        `${runPath(run)}/events`,
        { ...criteriaQuery(criteria), ...paging },
        eventPageSchema,
        signal,
      ),
    count: async (run, criteria, signal) =>
      (
        await getJson(
          connection,
          `${runPath(run)}/events`,
          { ...criteriaQuery(criteria), limit: 1 },
          eventPageSchema,
          signal,
        )
      ).total,
    event: (run, eventId, signal) =>
      getJson(connection, `${runPath(run)}/events/${encodeURIComponent(eventId)}`, {}, eventSchema, signal),
    causality: (run, eventId, { depth, turnMarkers }, signal) =>
      getJson(
        connection,
        `${runPath(run)}/causality/${encodeURIComponent(eventId)}`,
        { depth, turn_markers: turnMarkers },
        causalitySchema,
        signal,
      ),
    timeline: (run, criteria, options, signal) =>
      getJson(
        connection,
        `${runPath(run)}/timeline`,
        { ...criteriaQuery(criteria), buckets: options.buckets, by: options.by },
        timelineSchema,
        signal,
      ),
  };
}

export function runPath(run: string): string {
  return `/simulations/${encodeURIComponent(run)}`;
}

/** As the API takes them: lists joined with commas. */
export function criteriaQuery(criteria: Criteria): Query {
  const query: Query = {};
  for (const [name, value] of Object.entries(criteria))
    if (Array.isArray(value)) query[name] = value.join(",");
    else if (value !== undefined) query[name] = value;
  return query;
}
