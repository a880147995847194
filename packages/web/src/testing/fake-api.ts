import type { Event } from "@llm-sim/events/schema";
import type { Fetch } from "../logic/api/index.ts";

/** An API over events in memory, for tests of what asks it: the routes and filters of the real one, by brute force. */
export interface FakeApi {
  fetch: Fetch;
  /** Every `path?query` asked for, in order. */
  readonly requests: string[];
}

export function fakeApi(runs: Readonly<Record<string, readonly Event[]>>): FakeApi {
  const requests: string[] = [];
  return {
    requests,
    async fetch(target, init) {
      requests.push(target);
      await Promise.resolve();
      init.signal?.throwIfAborted();
      const url = new URL(target, "http://fake");
      const [, , id, resource, eventId] = url.pathname.split("/").map(decodeURIComponent);
      if (id === undefined)
        return Response.json({
          simulations: Object.entries(runs).map(([run, events]) => summary(run, events)),
        });
      const events = runs[id];
      if (!events)
        return Response.json(
          { code: "SIMULATION_NOT_FOUND", message: `There is no run "${id}".` },
          { status: 404 },
        );
      if (resource === "timeline") return Response.json(timeline(matching(events, url), url));
      if (resource === "events" && eventId === undefined)
        return Response.json(page(matching(events, url), url));
      const event = events.find((one) => one.event_id === eventId);
      return event
        ? Response.json(event)
        : Response.json(
            { code: "EVENT_NOT_FOUND", message: `Run ${id} has no event ${eventId}.` },
            { status: 404 },
          );
    },
  };
}

function summary(id: string, events: readonly Event[]) {
  return {
    id,
    name: id,
    status: "completed",
    start_time: events[0]?.timestamp,
    event_count: events.length,
    turns: events.at(-1)?.turn_number ?? 0,
    dropped: 0,
    bytes: 0,
    segments: 1,
  };
}

export function matching(events: readonly Event[], url: URL): Event[] {
  const one = (name: string) => url.searchParams.get(name) ?? undefined;
  const list = (name: string) => one(name)?.split(",");
  const [types, agents, involving] = [list("event_types"), list("agent_ids"), list("involving")];
  const [from, to, since, until, text] = [
    one("turn_start"),
    one("turn_end"),
    one("start_timestamp"),
    one("end_timestamp"),
    one("q"),
  ];
  return events.filter(
    (event) =>
      (!types || types.includes(event.event_type)) &&
      (!agents || (event.agent_id !== undefined && agents.includes(event.agent_id))) &&
      (!involving || involved(event).some((agent) => involving.includes(agent))) &&
      (from === undefined || event.turn_number >= Number(from)) &&
      (to === undefined || event.turn_number <= Number(to)) &&
      (since === undefined || event.timestamp >= since) &&
      (until === undefined || event.timestamp <= until) &&
      (text === undefined || (event.description ?? "").toLowerCase().includes(text.toLowerCase())),
  );
}

function involved(event: Event): string[] {
  return [
    event.agent_id,
    ...(event.event_type === "ACTION" ? (event.participating_agent_ids ?? []) : []),
    ...(event.event_type === "SYSTEM" ? [event.subject_agent_id] : []),
  ].filter((agent) => agent !== undefined);
}

function page(events: readonly Event[], url: URL) {
  const limit = Number(url.searchParams.get("limit") ?? 1000);
  const cursor = url.searchParams.get("cursor");
  const start = cursor === null ? Number(url.searchParams.get("offset") ?? 0) : Number(cursor);
  const more = start + limit < events.length;
  return {
    events: events.slice(start, start + limit),
    total: events.length,
    complete: true,
    gaps: [],
    has_more: more,
    next_cursor: more ? String(start + limit) : null,
  };
}

function timeline(events: readonly Event[], url: URL) {
  const count = Number(url.searchParams.get("buckets") ?? 100);
  const turns = events.map((event) => event.turn_number);
  const [first, last] = [Math.min(...turns), Math.max(...turns)];
  const width = Math.max(1, Math.ceil((last - first + 1) / count));
  const buckets = [];
  for (let from = first; from <= last; from += width) {
    const inside = events.filter((event) => event.turn_number >= from && event.turn_number < from + width);
    buckets.push({
      from,
      to: Math.min(last, from + width - 1),
      total: inside.length,
      by_type: tally(inside.map((event) => event.event_type)),
      by_agent: tally(inside.map((event) => event.agent_id).filter((agent) => agent !== undefined)),
    });
  }
  return { by: "turn", total: events.length, buckets, agents_omitted: 0, complete: true, gaps: [] };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
