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
const MAX_AGENTS = 1000;
const KINDS = EVENT_TYPES.length;

/** Counts of the matching events, from the first of them to the last. Throws INVALID_ARGUMENT. */
export async function timelineOf(
  index: RunIndex,
  matches: RowSet,
  buckets: number | undefined = DEFAULT_BUCKETS,
  by: TimelineScale | undefined = "turn",
  pace: Pace,
): Promise<Timeline> {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > MAX_BUCKETS) {
    throw invalidArgument("buckets", `expected a whole number from 1 to ${MAX_BUCKETS}`);
  }
  if (!TIMELINE_SCALES.includes(by)) throw invalidArgument("by", `expected ${TIMELINE_SCALES.join(" or ")}`);
  const { columns } = index;
  const scale = (row: number): number => (by === "turn" ? columns.turn(row) : columns.time(row));
  const { low, high, busiest, omitted } = await survey(index, matches, scale, pace);
  if (matches.total === 0) return { by, total: 0, buckets: [], agents_omitted: 0 };

  // Whole turns, or whole microseconds, to a bucket.
  const width = Math.ceil((high - low + 1) / buckets);
  const count = Math.ceil((high - low + 1) / width);
  const kinds = new Uint32Array(count * KINDS);
  const agents = new Uint32Array(count * busiest.length);
  const placeOf = new Map(busiest.map((agent, place) => [agent, place]));
  await eachPaced(matches.rows(), pace, (row) => {
    const bucket = Math.floor((scale(row) - low) / width);
    increment(kinds, bucket * KINDS + columns.kind(row));
    const place = placeOf.get(columns.agent(row));
    if (place !== undefined) increment(agents, bucket * busiest.length + place);
  });
  const show = (value: number): number | string => (by === "turn" ? value : formatTimestamp(value));
  const list = Array.from({ length: count }, (_, bucket): TimelineBucket => {
    const from = low + bucket * width;
    const byType: Partial<Record<EventType, number>> = {};
    let total = 0;
    EVENT_TYPES.forEach((type, kind) => {
      const number = kinds[bucket * KINDS + kind] ?? 0;
      if (number > 0) byType[type] = number;
      total += number;
    });
    const byAgent = busiest.flatMap((agent, place): [string, number][] => {
      const number = agents[bucket * busiest.length + place] ?? 0;
      return number > 0 ? [[index.names.agents.name(agent) ?? "", number]] : [];
    });
    const to = Math.min(high, from + width - 1);
    return { from: show(from), to: show(to), total, by_type: byType, by_agent: Object.fromEntries(byAgent) };
  });
  return { by, total: matches.total, buckets: list, agents_omitted: omitted };
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
