import {
  type Client,
  causality,
  createClient,
  type EventCriteria,
  event,
  events,
  history,
  run,
  runs,
  state,
  timeline,
  why,
} from "@llm-sim/api";
import { type Connection, jsonOver } from "./request.ts";

/** What the pages ask; the bundle holds the schemas of no other questions. */
const QUESTIONS = { runs, run, events, event, causality, timeline, state, history, why };

/** The API's questions, each method made from the API's own contract. Every method throws ApiRequestError. */
export interface ApiClient extends Client<typeof QUESTIONS> {
  readonly connection: Connection;
}

export function createApiClient(connection: Connection): ApiClient {
  return { connection, ...createClient(jsonOver(connection), QUESTIONS) };
}

/** How many events of a run match. */
export async function countEvents(
  api: Pick<ApiClient, "events">,
  id: string,
  criteria: EventCriteria,
  signal?: AbortSignal,
): Promise<number> {
  return (await api.events({ id, ...criteria, limit: 1 }, signal)).total;
}
