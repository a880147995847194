import type { TimelineAnswer, TimelineBucket } from "@llm-sim/api";
import { EVENT_TYPES, type EventType } from "@llm-sim/events/schema";
import { microseconds } from "../format/index.ts";
import type { LaneId } from "./lanes.ts";

export const KIND_COUNT = EVENT_TYPES.length;

/** Counts of events over a stretch of the axis, cut into buckets. */
export interface Density {
  /** Start of each bucket, and as one more the end of the last. */
  edges: Float64Array;
  /** Events of each kind in each bucket: bucket × 6 + kind. */
  kinds: Float32Array;
  /** The same for each lane that has any. */
  lanes: Map<LaneId, Float32Array>;
  total: number;
}

/** Buckets of one width, side by side. */
export interface Grid {
  from: number;
  width: number;
  buckets: number;
}

/** A grid of at most so many buckets over a stretch of whole turns or microseconds. */
export function gridOver(from: number, to: number, buckets: number): Grid {
  const width = Math.max(1, Math.ceil((to - from) / buckets));
  return { from, width, buckets: Math.max(1, Math.ceil((to - from) / width)) };
}

/**
 * Puts answers about one stretch together on one grid. Each is about other kinds (the API counts agents over all kinds of
 * a request, so the kinds that have agents are asked one at a time), and each has buckets of its own, from its first event
 * on: a bucket that lies over two of the grid's counts for both by its share. What no agent did is the world's.
 */
export function densityOf(timelines: readonly TimelineAnswer[], grid: Grid): Density {
  const edges = Float64Array.from({ length: grid.buckets + 1 }, (_, at) => grid.from + at * grid.width);
  const density: Density = {
    edges,
    kinds: new Float32Array(grid.buckets * KIND_COUNT),
    lanes: new Map(),
    total: 0,
  };
  for (const { buckets, total } of timelines) {
    density.total += total;
    for (const { from, to, by_type: byType, by_agent: byAgent } of buckets) {
      const shares = sharesOf(grid, positionOf(from), positionOf(to) + 1);
      const present = EVENT_TYPES.filter((kind) => (byType[kind] ?? 0) > 0);
      const [only] = present;
      let byAgents = 0;
      for (const [agent, count] of Object.entries(byAgent)) {
        byAgents += count;
        add(laneOf(density, `agent:${agent}`), shares, only, count);
      }
      for (const kind of present) {
        const count = byType[kind] ?? 0;
        add(density.kinds, shares, kind, count);
        const rest = count - (kind === only ? byAgents : 0);
        if (rest > 0) add(laneOf(density, kind === "SYSTEM" ? "system" : "world"), shares, kind, rest);
      }
    }
  }
  return density;
}

/** A turn as it is; a moment in microseconds since 1970. */
export function positionOf(edge: TimelineBucket["from"]): number {
  return typeof edge === "number" ? edge : (microseconds(edge) ?? 0);
}

type Share = [bucket: number, share: number];

function sharesOf({ from, width, buckets }: Grid, start: number, end: number): Share[] {
  const first = Math.max(0, Math.floor((start - from) / width));
  const last = Math.min(buckets - 1, Math.ceil((end - from) / width) - 1);
  if (first >= last) return [[Math.min(first, buckets - 1), 1]];
  const shares: Share[] = [];
  for (let bucket = first; bucket <= last; bucket++) {
    const shared = Math.min(end, from + (bucket + 1) * width) - Math.max(start, from + bucket * width);
    shares.push([bucket, shared / (end - start)]);
  }
  return shares;
}

/** The kinds of one request after another, such that each request's agents belong to one kind. */
export const KIND_REQUESTS = [
  ["MILESTONE", "SYSTEM"],
  ["DECISION"],
  ["ACTION"],
  ["STATE"],
  ["DETAIL"],
] as const;

const folded = new WeakMap<Density, Float32Array>();

/** All agents' lanes as one; added up once. */
export function foldedAgents(density: Density): Float32Array {
  const known = folded.get(density);
  if (known) return known;
  const sum = new Float32Array(density.kinds.length);
  for (const [lane, counts] of density.lanes)
    if (lane.startsWith("agent:"))
      for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (counts[at] ?? 0);
  folded.set(density, sum);
  return sum;
}

/** Events between two positions; a bucket cut by an end counts by its share. */
export function countWithin({ edges, kinds }: Density, from: number, to: number): number {
  let sum = 0;
  for (let bucket = 0; bucket + 1 < edges.length; bucket++) {
    const start = edges[bucket] ?? 0;
    const end = edges[bucket + 1] ?? start;
    const shared = Math.min(to, end) - Math.max(from, start);
    if (shared <= 0) continue;
    let count = 0;
    for (let kind = 0; kind < KIND_COUNT; kind++) count += kinds[bucket * KIND_COUNT + kind] ?? 0;
    sum += count * (shared / (end - start));
  }
  return sum;
}

/** Events of each agent, over the whole stretch. */
export function activityOf(density: Density): Map<string, number> {
  const activity = new Map<string, number>();
  for (const [lane, counts] of density.lanes)
    if (lane.startsWith("agent:"))
      activity.set(
        lane.slice("agent:".length),
        counts.reduce((sum, count) => sum + count, 0),
      );
  return activity;
}

/** The fullest bucket of a lane: what its bars are drawn to the height of. */
export function peakOf(counts: Float32Array): number {
  let peak = 0;
  for (let row = 0; row < counts.length; row += KIND_COUNT) {
    let sum = 0;
    for (let kind = 0; kind < KIND_COUNT; kind++) sum += counts[row + kind] ?? 0;
    if (sum > peak) peak = sum;
  }
  return peak;
}

function laneOf(density: Density, lane: LaneId): Float32Array {
  const known = density.lanes.get(lane);
  if (known) return known;
  const counts = new Float32Array(density.kinds.length);
  density.lanes.set(lane, counts);
  return counts;
}

function add(
  counts: Float32Array,
  shares: readonly Share[],
  kind: EventType | undefined,
  count: number,
): void {
  if (kind === undefined) return;
  for (const [bucket, share] of shares) {
    const at = bucket * KIND_COUNT + EVENT_TYPES.indexOf(kind);
    counts[at] = (counts[at] ?? 0) + count * share;
  }
}
