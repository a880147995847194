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
} from "@llm-sim/api";
import { type Connection, jsonOver } from "./request.ts";

/** What pages about one run ask at first. What is asked by a part alone, that part asks by itself: only it needs the schema. */
const QUESTIONS = { runs, run, events, event, causality, timeline, state, history };

/** These questions, each method made from the API's own contract. Throws ApiRequestError, or UnexpectedAnswer for what does not fit. */
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
