import type { Completeness } from "@llm-sim/api";
import { parseEventLine } from "@llm-sim/events/read";
import { type EventPage, invalidArgument, type ParsedCriteria, type ParsedFilter } from "@llm-sim/store";
import { eventNotFound, MAX_PAGE_BYTES, wholeListCompleteness } from "@llm-sim/store/port";
import type { Lake, Parameters } from "../connection/index.ts";
import { idParameters, OF_IDS } from "./blocks.ts";
import { OF_RUN, type RowsOptions, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

const CURSOR = /^[0-9a-z]{1,8}\.([0-7][0-9A-HJKMNP-TV-Z]{25})$/;
/** `2026-11-23T07:15:00.000000Z`: a longer one has digits that the tables do not hold. */
const TIMESTAMP_LENGTH = 27;
const PLACE_OF_CURSOR = `SELECT place FROM events WHERE ${OF_RUN} AND ${OF_IDS} LIMIT 1`;

/** Whether the tables can be asked for it: what has to tell why nothing matches is asked of the files. */
export function isAskedOfTables(run: WholeRun, filter: ParsedCriteria): boolean {
  const { caused_by, agent_ids = [], involving = [], start_timestamp = "", end_timestamp = "" } = filter;
  return (
    caused_by === undefined &&
    [...agent_ids, ...involving].every((agent) => run.isAgent(agent)) &&
    Math.max(start_timestamp.length, end_timestamp.length) <= TIMESTAMP_LENGTH
  );
}

/** A page and its exact total, in one statement. Throws as `AskedRun.query` does, and RunChanged. */
export async function pageOf(
  lake: Lake,
  run: WholeRun,
  filter: ParsedFilter,
  signal?: AbortSignal,
): Promise<EventPage & Completeness> {
  const { limit, offset } = filter;
  const after = eventOfCursor(filter.cursor);
  const { where, parameters } = conditions(filter);
  const key = JSON.stringify(parameters);
  const known = run.totals.get(key);
  const counted =
    known === undefined ? `assumeNotNull((SELECT count() FROM events WHERE ${where}))` : "{total:UInt64}";
  const options = {
    parameters: {
      ...parameters,
      ...idParameters(run.blocks, [after]),
      after,
      limit: limit + 1,
      offset,
      total: known ?? 0,
    },
    signal,
  };
  const behind = after === "" ? "" : `AND place > (${PLACE_OF_CURSOR})`;
  const rows = await rowsOf(
    lake,
    run,
    `event_id, line, ${counted} AS total`,
    `FROM events WHERE ${where} ${behind} ORDER BY place LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    async (row) => ({ id: await row.text(), line: await row.bytes(), total: await row.uint64() }),
    options,
  );
  const total = rows[0]?.total ?? (await totalOf(lake, run, where, options));
  run.totals.set(key, total);
  return pageWith(run, filter, rows, total);
}

/** @param rows those of the page, and one more where there are more */
export function pageWith(
  run: WholeRun,
  filter: ParsedFilter,
  rows: readonly { id: string; line: Buffer }[],
  total: number,
): EventPage & Completeness {
  const { limit } = filter;
  const kept = withinSize(rows.slice(0, limit).map(({ line }) => line));
  const hasMore = rows.length > kept.length;
  const last = rows[kept.length - 1]?.id;
  return {
    lines: kept,
    total,
    has_more: hasMore,
    ...(hasMore && last !== undefined && { next_cursor: Buffer.from(`0.${last}`).toString("base64url") }),
    events: () => kept.map((line) => eventIn(run.id, line)),
    ...wholeListCompleteness(run.verbosity, filter),
  };
}

/** Where the page is empty: behind the last event, or as nothing matches. Throws INVALID_ARGUMENT where there is no such cursor. */
async function totalOf(lake: Lake, run: WholeRun, where: string, options: RowsOptions): Promise<number> {
  const [found] = await rowsOf(
    lake,
    run,
    `count(), toUInt8({after:String} = '' OR (${PLACE_OF_CURSOR}) IS NOT NULL) AS is_cursor`,
    `FROM events WHERE ${where}`,
    async (row) => ({ total: await row.uint64(), isCursor: (await row.byte()) === 1 }),
    options,
  );
  if (found?.isCursor === false) throw noCursor();
  return found?.total ?? 0;
}

/** An event's line. Throws EVENT_NOT_FOUND, RunChanged. */
export async function lineOf(lake: Lake, run: WholeRun, eventId: string): Promise<Buffer> {
  const [line] = await rowsOf(
    lake,
    run,
    "line",
    `FROM events WHERE ${OF_RUN} AND ${OF_IDS} LIMIT 1`,
    (row) => row.bytes(),
    { parameters: idParameters(run.blocks, [eventId]) },
  );
  if (line === undefined) throw eventNotFound(run.id, eventId);
  return line;
}

export function eventIn(runId: string, line: Uint8Array) {
  const parsed = parseEventLine(line);
  if (!parsed.ok) throw new Error(`run ${runId}: a line that was an event is none: ${parsed.reason}`);
  return parsed.event;
}

/** Where the event of a cursor stands. Throws INVALID_ARGUMENT, RunChanged. */
export async function placeOfCursor(
  lake: Lake,
  run: WholeRun,
  cursor: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const after = eventOfCursor(cursor);
  const options = { parameters: { after }, signal };
  const from = `FROM events WHERE ${OF_RUN} AND event_id = {after:String} LIMIT 1`;
  const [place] = await rowsOf(lake, run, "place", from, (row) => row.uint64(), options);
  if (place === undefined) throw noCursor();
  return place;
}

/** Empty where there is none. */
export function eventOfCursor(cursor: string | undefined): string {
  if (cursor === undefined) return "";
  const [, event] = CURSOR.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (event === undefined) throw noCursor();
  return event;
}

export function noCursor(): Error {
  return invalidArgument("cursor", "it is no cursor of this run; take next_cursor of the page before");
}

export function conditions({
  event_types = [],
  agent_ids = [],
  involving = [],
  turn_start,
  turn_end,
  start_timestamp,
  end_timestamp,
}: ParsedCriteria): { where: string; parameters: Parameters } {
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
