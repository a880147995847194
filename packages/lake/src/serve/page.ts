import type { Completeness } from "@llm-sim/api";
import { parseEventLine } from "@llm-sim/events/read";
import { type EventPage, invalidArgument, type ParsedFilter } from "@llm-sim/store";
import { eventNotFound, MAX_PAGE_BYTES, wholeListCompleteness } from "@llm-sim/store/port";
import * as z from "zod";
import type { Lake, Parameters } from "../connection/index.ts";
import { RowReader } from "../restore/index.ts";
import type { WholeRun } from "./whole-run.ts";

const CURSOR = /^[0-9a-z]{1,8}\.([0-7][0-9A-HJKMNP-TV-Z]{25})$/;
/** `2026-11-23T07:15:00.000000Z`: a longer one has digits that the tables do not hold. */
const TIMESTAMP_LENGTH = 27;
const OF_RUN = "run = {run:String} AND edition = {edition:UInt32}";
const placeRows = z.array(z.object({ place: z.int() }));
const totalRows = z.array(z.object({ total: z.int() }));

/** Whether the tables can be asked for it: what has to look at texts, or to tell why nothing matches, is asked of the files. */
export function isAskedOfTables(run: WholeRun, filter: ParsedFilter): boolean {
  const {
    q = "",
    caused_by,
    agent_ids = [],
    involving = [],
    start_timestamp = "",
    end_timestamp = "",
  } = filter;
  return (
    q === "" &&
    caused_by === undefined &&
    [...agent_ids, ...involving].every((agent) => run.agents.has(agent)) &&
    Math.max(start_timestamp.length, end_timestamp.length) <= TIMESTAMP_LENGTH
  );
}

/** A page and its exact total, in one statement. Throws as `AskedRun.query` does. */
export async function pageOf(
  lake: Lake,
  run: WholeRun,
  filter: ParsedFilter,
  signal?: AbortSignal,
): Promise<EventPage & Completeness> {
  const { limit, offset, cursor } = filter;
  const after = cursor === undefined ? -1 : await placeOf(lake, run, cursor);
  const { where, parameters } = conditions(run, filter);
  const asked = { parameters: { ...parameters, after, limit: limit + 1, offset }, ...(signal && { signal }) };
  const rows = new RowReader(
    lake.bytes(
      `SELECT event_id, line, assumeNotNull((SELECT count() FROM events WHERE ${where})) AS total FROM events
WHERE ${where} AND toInt64(place) > {after:Int64} ORDER BY place LIMIT {limit:UInt64} OFFSET {offset:UInt64} FORMAT RowBinary`,
      asked,
    ),
  );
  const [ids, lines]: [string[], Buffer[]] = [[], []];
  let total: number | undefined;
  while (await rows.hasMore()) {
    ids.push(await rows.text());
    lines.push(await rows.bytes());
    total = await rows.uint64();
  }
  if (total === undefined) {
    const counted = await lake.select(`SELECT count() AS total FROM events WHERE ${where}`, asked);
    total = totalRows.parse(counted)[0]?.total ?? 0;
  }
  const kept = withinSize(lines.slice(0, limit));
  const hasMore = lines.length > kept.length;
  const last = ids[kept.length - 1];
  return {
    lines: kept,
    total,
    has_more: hasMore,
    ...(hasMore && last !== undefined && { next_cursor: Buffer.from(`0.${last}`).toString("base64url") }),
    events: () => kept.map((line) => eventIn(run.id, line)),
    ...wholeListCompleteness(run.verbosity, filter),
  };
}

/** An event's line. Throws EVENT_NOT_FOUND. */
export async function lineOf(lake: Lake, { id, edition }: WholeRun, eventId: string): Promise<Buffer> {
  const rows = new RowReader(
    lake.bytes(
      `SELECT line FROM events WHERE ${OF_RUN} AND event_id = {event:String} LIMIT 1 FORMAT RowBinary`,
      {
        parameters: { run: id, edition, event: eventId },
      },
    ),
  );
  if (!(await rows.hasMore())) throw eventNotFound(id, eventId);
  const line = await rows.bytes();
  // To its end: a connection whose answer is not read is not used again.
  await rows.hasMore();
  return line;
}

export function eventIn(runId: string, line: Uint8Array) {
  const parsed = parseEventLine(line);
  if (!parsed.ok) throw new Error(`run ${runId}: a line that was an event is none: ${parsed.reason}`);
  return parsed.event;
}

async function placeOf(lake: Lake, { id, edition }: WholeRun, cursor: string): Promise<number> {
  const [, event] = CURSOR.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  const rows =
    event === undefined
      ? []
      : placeRows.parse(
          await lake.select(
            `SELECT place FROM events WHERE ${OF_RUN} AND event_id = {event:String} LIMIT 1`,
            {
              parameters: { run: id, edition, event },
            },
          ),
        );
  const [found] = rows;
  if (found === undefined)
    throw invalidArgument("cursor", "it is no cursor of this run; take next_cursor of the page before");
  return found.place;
}

function conditions(
  { id, edition }: WholeRun,
  {
    event_types = [],
    agent_ids = [],
    involving = [],
    turn_start,
    turn_end,
    start_timestamp,
    end_timestamp,
  }: ParsedFilter,
): { where: string; parameters: Parameters } {
  const parts = [OF_RUN];
  if (event_types.length > 0) parts.push("event_type IN {kinds:Array(String)}");
  if (agent_ids.length > 0) parts.push("agent_id IN {agents:Array(String)}");
  if (involving.length > 0)
    parts.push(
      "(agent_id IN {involving:Array(String)} OR subject_agent_id IN {involving:Array(String)} OR hasAny(participating_agent_ids, {involving:Array(String)}))",
    );
  if (turn_start !== undefined) parts.push("turn >= {turn_start:UInt64}");
  if (turn_end !== undefined) parts.push("turn <= {turn_end:UInt64}");
  if (start_timestamp !== undefined) parts.push("timestamp >= toDateTime64({start:String}, 6, 'UTC')");
  if (end_timestamp !== undefined) parts.push("timestamp <= toDateTime64({end:String}, 6, 'UTC')");
  const time = (text: string) => text.replace("T", " ").replace("Z", "");
  return {
    where: parts.join(" AND "),
    parameters: {
      run: id,
      edition,
      ...(event_types.length > 0 && { kinds: event_types }),
      ...(agent_ids.length > 0 && { agents: agent_ids }),
      ...(involving.length > 0 && { involving }),
      ...(turn_start !== undefined && { turn_start }),
      ...(turn_end !== undefined && { turn_end }),
      ...(start_timestamp !== undefined && { start: time(start_timestamp) }),
      ...(end_timestamp !== undefined && { end: time(end_timestamp) }),
    },
  };
}

function withinSize(lines: readonly Buffer[]): Buffer[] {
  let bytes = 0;
  const end = lines.findIndex((line, place) => {
    bytes += line.length + 1;
    return place > 0 && bytes > MAX_PAGE_BYTES;
  });
  return end === -1 ? [...lines] : lines.slice(0, end);
}
