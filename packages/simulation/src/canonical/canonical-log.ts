import { contentOf, isRetry } from "@llm-sim/events/canonical";
import type { Event } from "@llm-sim/events/schema";
import { byPlace, placesOf, placeText } from "./places.ts";

/** An event of the canonical log: without ids, times and run id; `key` and `causes` stand in for the ids. */
export interface CanonicalEvent {
  /** `<turn>.<phase>.<agent>.<number within these>` */
  key: string;
  /** Keys of the causes, sorted. */
  causes: string[];
  [field: string]: unknown;
}

/**
 * What two runs of the same config and seed have in common to the last letter: the events sorted by turn, phase,
 * agent and order within the agent, ids replaced by that place, without times, run id, latencies and retries (what may differ is
 * said by `@llm-sim/events/canonical`, for `diff` as well).
 *
 *     expect(canonicalLog(first)).toEqual(canonicalLog(second));
 */
export function canonicalLog(events: Iterable<Event>): CanonicalEvent[] {
  const all = [...events];
  const kept = all.filter((event) => !isRetry(event));
  const placed = byTurn(kept).flatMap(([turn, inTurn]) => place(turn, inTurn));
  const keys = new Map(placed.map(({ key, event }) => [event.event_id, key]));
  const retries = new Map(all.filter(isRetry).map((event) => [event.event_id, event.caused_by ?? []]));
  const names = (id: string) => keys.get(id) ?? (retries.has(id) ? "retry" : undefined);
  return placed.map(({ key, event }) => {
    const { key: ownKey, causes: ownCauses, ...content } = contentOf(event, names);
    return {
      key,
      ...content,
      causes: causes(event, keys, retries),
      // Members that no schema names, of another program.
      ...(ownKey !== undefined && { "event.key": ownKey }),
      ...(ownCauses !== undefined && { "event.causes": ownCauses }),
    };
  });
}

function byTurn(events: readonly Event[]): [number, Event[]][] {
  const turns = new Map<number, Event[]>();
  for (const event of events) {
    const inTurn = turns.get(event.turn_number);
    if (inTurn) inTurn.push(event);
    else turns.set(event.turn_number, [event]);
  }
  return [...turns];
}

function place(turn: number, events: readonly Event[]): { key: string; event: Event }[] {
  const numbers = new Map<string, number>();
  return placesOf(events)
    .toSorted(byPlace)
    .map((placed) => {
      const where = placeText(turn, placed);
      const number = numbers.get(where) ?? 0;
      numbers.set(where, number + 1);
      return { key: `${where}.${number}`, event: placed.event };
    });
}

function causes(
  event: Event,
  keys: ReadonlyMap<string, string>,
  retries: ReadonlyMap<string, readonly string[]>,
): string[] {
  const found = new Set<string>();
  const add = (id: string) => {
    const behind = retries.get(id);
    if (behind) behind.forEach(add);
    else found.add(keys.get(id) ?? "unknown");
  };
  event.caused_by?.forEach(add);
  return [...found].toSorted();
}
