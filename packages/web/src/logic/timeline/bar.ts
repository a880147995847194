import { EVENT_TYPES, type EventType, formatTimestamp } from "@llm-sim/events/schema";
import { formatClock, formatCount, plural } from "../format/index.ts";
import type { Axis } from "../view/index.ts";
import { type Density, foldedAgents, KIND_COUNT } from "./density.ts";
import type { Lane } from "./lanes.ts";

/** One bar of a lane: how many events of which kinds a stretch of the axis has. */
export interface Bar {
  lane: Lane;
  /** On the axis; the end is not in it. */
  from: number;
  to: number;
  /** The most frequent first. */
  kinds: { kind: EventType; count: number }[];
  /** In whole events; a bucket of the answers that lies over two of the grid's counts by its share. */
  total: number;
}

/** The bar at a position of a lane, of the finest density that is known there; `undefined` where nothing happened. */
export function barAt(densities: readonly Density[], lane: Lane, position: number): Bar | undefined {
  const density = densities.findLast(
    ({ edges }) => (edges[0] ?? 0) <= position && position < (edges.at(-1) ?? 0),
  );
  const counts = density && (lane.id === "agents" ? foldedAgents(density) : density.lanes.get(lane.id));
  if (!density || !counts) return undefined;
  const { edges } = density;
  const from = edges[0] ?? 0;
  const bucket = Math.min(edges.length - 2, Math.floor((position - from) / ((edges[1] ?? from + 1) - from)));
  const kinds = EVENT_TYPES.map((kind, at) => ({
    kind,
    count: Math.round(counts[bucket * KIND_COUNT + at] ?? 0),
  }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  return { lane, from: edges[bucket] ?? from, to: edges[bucket + 1] ?? from, kinds, total };
}

/** Which turns, or which time, a bar stands for: `turn 3`, `turns 3–8`, `07:15:00.000000–07:15:02.500000`. */
export function spanText({ from, to }: Pick<Bar, "from" | "to">, axis: Axis): string {
  if (axis === "time")
    return [from, to]
      .map((moment) => formatClock(formatTimestamp(Math.max(0, Math.round(moment)))))
      .join("–");
  const last = to - 1;
  return last <= from ? `turn ${formatCount(from)}` : `turns ${formatCount(from)}–${formatCount(last)}`;
}

/** A bar in words: `alice, turns 3–8: 40 events, 24 ACTION, 16 STATE` */
export function barText(bar: Bar, axis: Axis): string {
  const kinds = bar.kinds.map(({ kind, count }) => `${formatCount(count)} ${kind}`).join(", ");
  return `${bar.lane.label}, ${spanText(bar, axis)}: ${plural(bar.total, "event")}, ${kinds}`;
}

/** Where an event stands on the axis while it has no mark of its own: in the middle of its turn, or at its moment. */
export interface PlacedEvent {
  lane: Lane["id"];
  kindIndex: number;
  position: number;
}
