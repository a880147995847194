import { isRetry } from "@llm-sim/events/canonical";
import { EVENT_TYPES, type Event } from "@llm-sim/events/schema";
import { eventAgent } from "@llm-sim/events/words";
import { atOnce } from "../../pace/index.ts";
import { alignTurn } from "./align.ts";
import { ALONE, Line } from "./content.ts";
import { Entry } from "./entry.ts";

/** Two events that a comparison takes for the same one of two runs; or one, where the other run has none. */
export interface Matched {
  left?: Event;
  right?: Event;
  /** Both are there and say the same; their causes are for the caller to compare. */
  isSame: boolean;
}

/** Matches the events of two runs as `diff` does: by turn, kind, agent, name and the how-many-th they are. Retries are left out. */
export function matchedEvents(left: Iterable<Event>, right: Iterable<Event>): Matched[] {
  const [lefts, rights] = [byTurn(left), byTurn(right)];
  const turns = [...new Set([...lefts.keys(), ...rights.keys()])].toSorted((a, b) => a - b);
  return turns.flatMap((turn) => matchedOfTurn(lefts.get(turn) ?? [], rights.get(turn) ?? []));
}

function byTurn(events: Iterable<Event>): Map<number, Event[]> {
  const turns = new Map<number, Event[]>();
  for (const event of events) {
    if (isRetry(event)) continue;
    const known = turns.get(event.turn_number);
    if (known) known.push(event);
    else turns.set(event.turn_number, [event]);
  }
  return turns;
}

function matchedOfTurn(lefts: readonly Event[], rights: readonly Event[]): Matched[] {
  const [left, right] = [lefts.map(entryOf), rights.map(entryOf)];
  const matched = (own: Entry | undefined, other: Entry | undefined, isSame: boolean): Matched => {
    const [a, b] = [own && lefts[own.row], other && rights[other.row]];
    return { ...(a && { left: a }), ...(b && { right: b }), isSame };
  };
  const { differences } = atOnce(alignTurn(left, right, undefined));
  const differing = new Set(differences.flatMap((pair) => [pair.left, pair.right]));
  const same = new Map<string, Entry[]>();
  for (const entry of right) {
    if (!differing.has(entry)) same.set(entry.key, [...(same.get(entry.key) ?? []), entry]);
  }
  return [
    ...differences.map((pair) => matched(pair.left, pair.right, false)),
    ...left
      .filter((entry) => !differing.has(entry))
      .map((entry) => matched(entry, same.get(entry.key)?.shift(), true)),
  ];
}

/** @param row among the turn's events */
function entryOf(event: Event, row: number): Entry {
  const line = new Line(Buffer.from(JSON.stringify(event)), EVENT_TYPES.indexOf(event.event_type), ALONE);
  return new Entry(row, line, eventAgent(event) ?? "");
}
