import type { EventCriteria } from "@llm-sim/api";
import { readEvents } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";

/** The answer to a filter by reading every line: what the index is held to. In order of (timestamp, place in the log). */
export async function bruteForce(directory: string, criteria: EventCriteria): Promise<Event[]> {
  return (await allEvents(directory)).filter((event) => isMatch(event, criteria)).toSorted(inOrder);
}

/** In the order of the log. */
export async function allEvents(directory: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of readEvents(directory)) events.push(event);
  return events;
}

export function inOrder(a: Event, b: Event): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1;
  return 0;
}

export function isMatch(event: Event, criteria: EventCriteria): boolean {
  const {
    start_timestamp,
    end_timestamp,
    event_types,
    agent_ids,
    involving,
    turn_start,
    turn_end,
    caused_by,
    q,
    in: within,
  } = criteria;
  if (start_timestamp !== undefined && event.timestamp < start_timestamp) return false;
  if (end_timestamp !== undefined && event.timestamp > end_timestamp) return false;
  if (event_types?.length && !event_types.includes(event.event_type)) return false;
  if (agent_ids?.length && !(typeof event.agent_id === "string" && agent_ids.includes(event.agent_id)))
    return false;
  if (involving?.length && !involved(event).some((agent) => involving.includes(agent))) return false;
  if (turn_start !== undefined && event.turn_number < turn_start) return false;
  if (turn_end !== undefined && event.turn_number > turn_end) return false;
  if (caused_by !== undefined && !event.caused_by?.includes(caused_by)) return false;
  if (!q) return true;
  const searched = within === "payload" ? textsOf(event) : [event.description ?? ""];
  return searched.some((text) => text.toLowerCase().includes(q.toLowerCase()));
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(Array.isArray(value) ? [] : [name]),
    ...textsOf(member),
  ]);
}

function involved(event: Event): string[] {
  const agents: string[] = [];
  if (typeof event.agent_id === "string") agents.push(event.agent_id);
  if (event.event_type === "ACTION") agents.push(...(event.participating_agent_ids ?? []));
  if (event.event_type === "SYSTEM" && event.subject_agent_id !== undefined)
    agents.push(event.subject_agent_id);
  return agents;
}
