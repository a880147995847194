import {
  DEFAULT_BUCKETS,
  MAX_BUCKETS,
  TIMELINE_SCALES,
  type TimelineBucket,
  type TimelineScale,
} from "@llm-sim/api";
import { EVENT_TYPES, type EventType, formatTimestamp } from "@llm-sim/events/schema";
import { invalidArgument } from "../errors.ts";
import { eachPaced, type Pace } from "../pace/index.ts";
import { NO_AGENT, type RunIndex } from "../run-index/index.ts";
import type { RowSet } from "./row-set.ts";
import type { Timeline } from "./types.ts";

/** Agents that get counts of their own, the busiest first. */
export const MAX_AGENTS = 1000;
const KINDS = EVENT_TYPES.length;

/** Counts of the matching events, from the first of them to the last. Throws INVALID_ARGUMENT. */
export async function timelineOf(
  index: RunIndex,
  matches: RowSet,
  buckets: number | undefined,
  by: TimelineScale | undefined,
  pace: Pace,
): Promise<Timeline> {
  const asked = bucketsAsked(buckets, by);
  const { columns } = index;
  const scale = (row: number): number => (asked.by === "turn" ? columns.turn(row) : columns.time(row));
  const { low, high, busiest, omitted } = await survey(index, matches, scale, pace);
  if (matches.total === 0) return noTimeline(asked);

  const span = bucketSpan(asked, low, high);
  const { width, count } = span;
  const kinds = new Uint32Array(count * KINDS);
  const agents = new Uint32Array(count * busiest.length);
  const placeOf = new Map(busiest.map((agent, place) => [agent, place]));
  await eachPaced(matches.rows(), pace, (row) => {
    const bucket = Math.floor((scale(row) - low) / width);
    increment(kinds, bucket * KINDS + columns.kind(row));
    const place = placeOf.get(columns.agent(row));
    if (place !== undefined) increment(agents, bucket * busiest.length + place);
  });
  const names = busiest.map((agent) => index.names.agents.name(agent) ?? "");
  return timelineOfCounts(span, { kinds, agents, names, omitted });
}

/** What a timeline is asked with, checked. */
export interface BucketsAsked {
  by: TimelineScale;
  buckets: number;
}

/** Throws INVALID_ARGUMENT. */
export function bucketsAsked(buckets: number = DEFAULT_BUCKETS, by: TimelineScale = "turn"): BucketsAsked {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > MAX_BUCKETS) {
    throw invalidArgument("buckets", `expected a whole number from 1 to ${MAX_BUCKETS}`);
  }
  if (!TIMELINE_SCALES.includes(by)) throw invalidArgument("by", `expected ${TIMELINE_SCALES.join(" or ")}`);
  return { buckets, by };
}

/** Where nothing matches. */
export function noTimeline({ by }: BucketsAsked): Timeline {
  return { by, total: 0, buckets: [], agents_omitted: 0 };
}

/** From the least to the greatest of what is counted: turns, or microseconds since 1970. */
export interface BucketSpan {
  by: TimelineScale;
  low: number;
  high: number;
  /** Whole turns, or whole microseconds, to a bucket. */
  width: number;
  count: number;
}

export function bucketSpan({ by, buckets }: BucketsAsked, low: number, high: number): BucketSpan {
  const width = Math.ceil((high - low + 1) / buckets);
  return { by, low, high, width, count: Math.ceil((high - low + 1) / width) };
}

export interface BucketCounts {
  /** By bucket and, within it, kind. */
  kinds: Uint32Array;
  /** By bucket and, within it, agent. */
  agents: Uint32Array;
  /** The agents, the busiest first, and how many are left out. */
  names: readonly string[];
  omitted: number;
}

export function timelineOfCounts(
  { by, low, high, width, count }: BucketSpan,
  { kinds, agents, names, omitted }: BucketCounts,
): Timeline {
  const show = (value: number): number | string => (by === "turn" ? value : formatTimestamp(value));
  let all = 0;
  const list = Array.from({ length: count }, (_, bucket): TimelineBucket => {
    const from = low + bucket * width;
    const byType: Partial<Record<EventType, number>> = {};
    let total = 0;
    EVENT_TYPES.forEach((type, kind) => {
      const number = kinds[bucket * KINDS + kind] ?? 0;
      if (number > 0) byType[type] = number;
      total += number;
    });
    all += total;
    const byAgent = names.flatMap((name, place): [string, number][] => {
      const number = agents[bucket * names.length + place] ?? 0;
      return number > 0 ? [[name, number]] : [];
    });
    const to = Math.min(high, from + width - 1);
    return { from: show(from), to: show(to), total, by_type: byType, by_agent: Object.fromEntries(byAgent) };
  });
  return { by, total: all, buckets: list, agents_omitted: omitted };
}

async function survey(index: RunIndex, matches: RowSet, scale: (row: number) => number, pace: Pace) {
  const { columns } = index;
  const counts = new Uint32Array(index.names.agents.size);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  await eachPaced(matches.rows(), pace, (row) => {
    const value = scale(row);
    if (value < low) low = value;
    if (value > high) high = value;
    increment(counts, columns.agent(row));
  });
  const active = Array.from(counts.keys()).filter((agent) => agent !== NO_AGENT && (counts[agent] ?? 0) > 0);
  active.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  return {
    low,
    high,
    busiest: active.slice(0, MAX_AGENTS),
    omitted: Math.max(0, active.length - MAX_AGENTS),
  };
}

function increment(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
