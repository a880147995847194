import type { TimelineAnswer } from "@llm-sim/api";
import { EVENT_TYPES, type EventType } from "@llm-sim/events/schema";
import type { ParsedTimelineQuery } from "@llm-sim/store";
import {
  bucketSpan,
  bucketsAsked,
  MAX_AGENTS,
  noTimeline,
  timelineOfCounts,
  wholeListCompleteness,
} from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { conditions } from "./page.ts";
import { rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

const SCALES = { turn: "toInt64(turn)", time: "toUnixTimestamp64Micro(timestamp)" };
const KINDS = EVENT_TYPES.length;
const isKind = (kind: string): kind is EventType => EVENT_TYPES.some((type) => type === kind);

/**
 * Counts of the matching events, in one statement.
 *
 * @param among only those at these places
 *
 * Throws as `AskedRun.timeline` does, and RunChanged. */
export async function timelineOf(
  lake: Lake,
  run: WholeRun,
  { buckets, by, ...criteria }: ParsedTimelineQuery,
  signal?: AbortSignal,
  among?: readonly number[],
): Promise<TimelineAnswer> {
  const asked = bucketsAsked(buckets, by);
  const matching = conditions(criteria);
  const where = `${matching.where}${among === undefined ? "" : " AND place IN {places:Array(UInt64)}"}`;
  const parameters = { ...matching.parameters, ...(among !== undefined && { places: among }) };
  const value = SCALES[asked.by];
  const span = `(SELECT (min(${value}), max(${value})) FROM events WHERE ${where})`;
  const counted = await rowsOf(
    lake,
    run,
    `assumeNotNull(toFloat64(${span}.1)), assumeNotNull(toFloat64(${span}.2)), assumeNotNull(toUInt64(bucket)), is_agent, toString(if(is_agent, agent_id, toString(event_type))), count`,
    `FROM (SELECT intDiv(${value} - ${span}.1, intDiv(${span}.2 - ${span}.1 + {buckets:Int64}, {buckets:Int64})) AS bucket,
toUInt8(grouping(event_type)) AS is_agent, event_type, agent_id, count() AS count FROM events WHERE ${where}
GROUP BY GROUPING SETS ((bucket, event_type), (bucket, agent_id)))`,
    async (row) => ({
      low: await row.float64(),
      high: await row.float64(),
      bucket: await row.uint64(),
      isAgent: (await row.byte()) === 1,
      name: await row.text(),
      count: await row.uint64(),
    }),
    { parameters: { ...parameters, buckets: asked.buckets }, signal },
  );
  const [first] = counted;
  const completeness = wholeListCompleteness(run.verbosity, criteria);
  if (first === undefined) return { ...noTimeline(asked), ...completeness };

  const scale = bucketSpan(asked, first.low, first.high);
  const kinds = new Uint32Array(scale.count * KINDS);
  const totals = new Map<string, number>();
  for (const { bucket, isAgent, name, count } of counted) {
    if (!isAgent && isKind(name)) kinds[bucket * KINDS + EVENT_TYPES.indexOf(name)] = count;
    if (isAgent && name !== "") totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const names = run.agents
    .filter((agent) => totals.has(agent))
    .toSorted((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0))
    .slice(0, MAX_AGENTS);
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const agents = new Uint32Array(scale.count * names.length);
  for (const { bucket, isAgent, name, count } of counted) {
    const place = placeOf.get(name);
    if (isAgent && place !== undefined) agents[bucket * names.length + place] = count;
  }
  const omitted = totals.size - names.length;
  return { ...timelineOfCounts(scale, { kinds, agents, names, omitted }), ...completeness };
}
