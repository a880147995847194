import type { EventCriteria } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { type ApiClient, countEvents } from "../api/index.ts";

/** How many events of one timestamp are looked through for the one meant. */
const MAX_SIMULTANEOUS = 500;

/**
 * Where an event stands in a filtered list, without reading what is before it: as many as match up to its time,
 * less those of the same microsecond behind it. `undefined` where the filter leaves it out.
 */
export async function locateEvent(
  api: ApiClient,
  run: string,
  criteria: EventCriteria,
  event: Pick<Event, "event_id" | "timestamp">,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const until = criteria.end_timestamp;
  const since = criteria.start_timestamp;
  if ((until !== undefined && event.timestamp > until) || (since !== undefined && event.timestamp < since))
    return undefined;
  const upTo = { ...criteria, end_timestamp: event.timestamp };
  const total = await countEvents(api, run, upTo, signal);
  const simultaneous = { ...upTo, start_timestamp: event.timestamp };
  const page = await api.events({ id: run, ...simultaneous, limit: MAX_SIMULTANEOUS }, signal);
  const at = page.events.findIndex((one) => one.event_id === event.event_id);
  return at < 0 ? undefined : total - page.total + at;
}

/** The row of the first event of a turn (or, where the turn has none, of the next that has). */
export async function locateTurn(
  api: ApiClient,
  run: string,
  criteria: EventCriteria,
  turn: number,
  signal?: AbortSignal,
): Promise<number> {
  if (turn <= (criteria.turn_start ?? 0)) return 0;
  const end = Math.min(turn - 1, criteria.turn_end ?? turn - 1);
  return countEvents(api, run, { ...criteria, turn_end: end }, signal);
}
