import { createHash } from "node:crypto";
import { idsOf, listSegments, readChunks, SeenIds, type Segment } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { FIRST_MOMENT, parseTimestamp } from "@llm-sim/events/schema";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { addEdition, lastEdition } from "../editions/index.ts";
import { LakeError } from "../errors.ts";
import { type EditionKey, SegmentRows } from "../rows/index.ts";
import { ENDING_BYTES, ENDINGS, MARK_KINDS, PLACED_TABLES, type PlacedTable } from "../tables/index.ts";
import { markOf } from "./marks.ts";

/** Where to go on with a run. */
export interface Opened {
  key: EditionKey;
  /** How far each table is. */
  marks: Map<PlacedTable, number>;
  /** Of the segments that are known in the lake. */
  starts: number[];
  /** The place behind the last event that is there. */
  from: number;
  seen: SeenIds;
  /** Why the log had to be shipped anew. */
  anew: string | undefined;
}

const lastEventRows = z.array(
  z.object({
    place: z.int(),
    length: z.int(),
    ending: z.enum(ENDINGS),
    event_id: z.string(),
    sha256: z.string(),
  }),
);
const lastMarkRows = z.array(z.object({ place: z.int(), length: z.int(), kind: z.enum(MARK_KINDS) }));
const countRows = z.array(z.object({ last: z.string(), events: z.int(), repeated: z.int() }));
const startRows = z.array(z.object({ place: z.int() }));

/**
 * Looks how far a run is in the lake, and whether that is this log.
 *
 * @param isWantedAnew ship it anew, whatever is there
 * @throws LakeError `LAKE_REFUSED` where another run of this id is there
 */
export async function openEdition(
  lake: Lake,
  run: string,
  directory: string,
  isWantedAnew: boolean,
): Promise<Opened> {
  const segments = await listSegments(directory);
  const identity = segments[0]?.first?.event_id ?? "";
  let there = await lastEdition(lake, run);
  let anew: string | undefined;
  if (there !== undefined) {
    if (!isWantedAnew && there.identity !== "" && identity !== "" && there.identity !== identity)
      throw new LakeError(
        "LAKE_REFUSED",
        `${lake.name} holds another run of the id ${run}, which begins with event ${there.identity}: ship this one under another id, or with --again in its place`,
      );
    if (isWantedAnew) anew = "it was asked for";
    else anew = await whyNotGoOn(lake, there, segments);
  }
  if (there === undefined || anew !== undefined) {
    const edition = (there?.edition ?? 0) + 1;
    await addEdition(
      lake,
      { run, edition, runStarted: there?.runStarted ?? startOf(directory, segments) },
      identity,
    );
    there = await lastEdition(lake, run);
    if (there === undefined || (there.identity !== identity && there.identity !== ""))
      throw new LakeError(
        "LAKE_REFUSED",
        `${lake.name} got another run of the id ${run} at this moment: try again`,
      );
  }
  const key = { run, edition: there.edition, runStarted: there.runStarted };
  const tables: PlacedTable[] = [...PLACED_TABLES, "messages"];
  const marks = new Map(
    await Promise.all(tables.map(async (table) => [table, await markOf(lake, table, key)] as const)),
  );
  const last = await lastEvent(lake, key);
  const { last: highest, events, repeated } = await countsOf(lake, key);
  return {
    key,
    marks,
    starts: await startsOf(lake, key),
    from: last === undefined ? 0 : last.place + last.length + ENDING_BYTES[last.ending].length,
    seen: new SeenIds(() => idsOf(directory), { last: highest, count: events + repeated }),
    anew,
  };
}

/** Why what is in the lake is not the beginning of this log. */
async function whyNotGoOn(
  lake: Lake,
  key: EditionKey,
  segments: readonly Segment[],
): Promise<string | undefined> {
  const starts = await startsOf(lake, key);
  if (starts.length > segments.length) return "it has fewer segments than it had";
  for (const [index, segment] of segments.entries()) {
    const [start, next] = [starts[index], starts[index + 1]];
    if (start === undefined || next === undefined) break;
    if (!segment.compressed && next - start !== segment.bytes)
      return `${segment.file} is of another size than it was`;
  }
  const last = await lastEvent(lake, key);
  if (last !== undefined) {
    const row = await rowAt(segments, starts, last.place);
    if (row?.kind !== "event") return "its last event that was shipped is not in it any more";
    const isSame = digestOf(row.line) === last.sha256.toLowerCase() && row.ending === last.ending;
    if (!isSame) return "its last event that was shipped is another one now";
  }
  const mark = await lastMark(lake, key);
  if (mark === undefined || mark.place < (last?.place ?? 0)) return undefined;
  const row = await rowAt(segments, starts, mark.place);
  const isSame = row?.kind === mark.kind && "bytes" in row && row.bytes.length === mark.length;
  return isSame ? undefined : "what stands behind its last event that was shipped is another thing now";
}

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function rowAt(segments: readonly Segment[], starts: readonly number[], place: number) {
  const at = starts.findLastIndex((each) => each <= place);
  const [segment, start] = [segments[at], starts[at]];
  if (segment === undefined || start === undefined) return undefined;
  const rows = new SegmentRows(start, place - start, new SeenIds(nothing));
  for await (const chunk of readChunks(segment, place - start))
    for await (const row of rows.push(chunk)) return row;
  for await (const row of rows.end()) return row;
  return undefined;
}

async function* nothing(): AsyncGenerator<string, void, undefined> {}

async function lastEvent(lake: Lake, { run, edition }: EditionKey) {
  const rows = await lake.select(
    `SELECT place, length(line) AS length, ending, event_id, hex(SHA256(line)) AS sha256 FROM events
WHERE run = {run:String} AND edition = {edition:UInt32} ORDER BY place DESC LIMIT 1`,
    { parameters: { run, edition } },
  );
  return lastEventRows.parse(rows)[0];
}

/** Of damage there are no bytes to compare. */
async function lastMark(lake: Lake, { run, edition }: EditionKey) {
  const rows = await lake.select(
    `SELECT place, length(bytes) AS length, kind FROM marks
WHERE run = {run:String} AND edition = {edition:UInt32} AND kind IN ('skipped', 'between') ORDER BY place DESC LIMIT 1`,
    { parameters: { run, edition } },
  );
  return lastMarkRows.parse(rows)[0];
}

async function countsOf(lake: Lake, { run, edition }: EditionKey) {
  const where = "run = {run:String} AND edition = {edition:UInt32}";
  const rows = await lake.select(
    `SELECT max(event_id) AS last, count() AS events,
(SELECT count() FROM marks WHERE ${where} AND kind = 'skipped' AND reason = 'repeated') AS repeated FROM events WHERE ${where}`,
    { parameters: { run, edition } },
  );
  return countRows.parse(rows)[0] ?? { last: "", events: 0, repeated: 0 };
}

async function startsOf(lake: Lake, { run, edition }: EditionKey): Promise<number[]> {
  const rows = await lake.select(
    "SELECT place FROM marks WHERE run = {run:String} AND edition = {edition:UInt32} AND kind = 'segment' ORDER BY place",
    { parameters: { run, edition } },
  );
  return startRows.parse(rows).map(({ place }) => place);
}

/** Seconds since 1970, as far as a `DateTime` goes. */
function startOf(directory: string, segments: readonly Segment[]): number {
  const text = readManifest(directory)?.start_time ?? segments[0]?.first?.timestamp ?? FIRST_MOMENT;
  const seconds = Math.floor((parseTimestamp(text) ?? 0) / 1e6);
  return Math.min(Math.max(seconds, 0), 2 ** 32 - 1);
}
