import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { lastEdition } from "../editions/index.ts";
import { LakeError } from "../errors.ts";
import type { EditionKey, RowWriter } from "../rows/index.ts";
import {
  columnsOf,
  ENDING_BYTES,
  ENDINGS,
  MARK_KINDS,
  PLACED_TABLES,
  type PlacedTable,
} from "../tables/index.ts";
import { LogRewritten } from "./log-reader.ts";

const markRows = z.array(z.object({ mark: z.number(), rows: z.number() }));
const lastLineRows = z.array(
  z.object({ place: z.int(), length: z.int(), ending: z.enum(ENDINGS), sha256: z.string() }),
);
const lastMarkRows = z.array(
  z.object({ place: z.int(), length: z.int(), kind: z.enum(MARK_KINDS), reason: z.string() }),
);
const countRows = z.array(z.object({ last: z.string(), count: z.int() }));
const startRows = z.array(z.object({ place: z.int() }));
const OF_RUN = "run = {run:String} AND edition = {edition:UInt32}";

/** How far a table is: the greatest place of the run in it; -1 where it has none of its rows. */
export async function markOf(lake: Lake, table: PlacedTable, { run, edition }: EditionKey): Promise<number> {
  const rows = await lake.select(`SELECT max(place) AS mark, count() AS rows FROM ${table} WHERE ${OF_RUN}`, {
    parameters: { run, edition },
  });
  const [found] = markRows.parse(rows);
  return found === undefined || found.rows === 0 ? -1 : found.mark;
}

const tableMarkRows = z.array(z.object({ of: z.string(), mark: z.number(), rows: z.number() }));

/** As `markOf`, of all tables. */
export async function marksOf(lake: Lake, { run, edition }: EditionKey): Promise<Map<PlacedTable, number>> {
  const tables: PlacedTable[] = [...PLACED_TABLES, "messages"];
  const each = tables.map(
    (table) => `SELECT '${table}' AS of, max(place) AS mark, count() AS rows FROM ${table} WHERE ${OF_RUN}`,
  );
  const found = tableMarkRows.parse(
    await lake.select(`SELECT * FROM (${each.join("\nUNION ALL ")})`, { parameters: { run, edition } }),
  );
  return new Map(
    tables.map((table) => {
      const row = found.find(({ of }) => of === table);
      return [table, row === undefined || row.rows === 0 ? -1 : row.mark];
    }),
  );
}

/** So often an insert may be acknowledged and leave the mark where it was: on a cluster, a server that lags behind. */
const ATTEMPTS = 5;

/**
 * Brings a table up to the end of some rows of a log, whoever else does the same at the same time. An insert goes by the mark and its
 * token by the first row's place, so that of two inserts that begin at one place one counts; the mark is read again after every one, as
 * the other's may have been shorter or longer.
 *
 * @param mark how far the table is known to be
 * @returns how far it is now
 */
export async function bring(
  lake: Lake,
  table: PlacedTable,
  key: EditionKey,
  rows: RowWriter,
  mark: number,
): Promise<number> {
  let now = mark;
  for (let attempt = 1; ; ) {
    const first = rows.firstBehind(now);
    if (first === undefined) return now;
    await lake.insert(table, columnsOf(table), [rows.behind(now)], `${key.run}:${key.edition}:${first}`);
    now = await markOf(lake, table, key);
    if (now >= first) attempt = 1;
    else if ((await lastEdition(lake, key.run))?.edition !== key.edition)
      throw new LogRewritten(`${key.run} was shipped anew by another`);
    else if (attempt++ === ATTEMPTS)
      throw new LakeError(
        "LAKE_REFUSED",
        `${lake.name} took rows of run ${key.run} into ${table} and does not show them: were some taken out by hand? llm-sim ship --again ships it anew`,
      );
  }
}

export interface LastLine {
  place: number;
  /** The place behind it and what ends it. */
  end: number;
  ending: (typeof ENDINGS)[number];
  /** Of the line without what ends it. */
  sha256: string;
}

/** The last line that is there, of the log or of the tape; `undefined` where there is none. */
export async function lastLineOf(
  lake: Lake,
  table: "events" | "messages",
  { run, edition }: EditionKey,
): Promise<LastLine | undefined> {
  const rows = await lake.select(
    `SELECT place, length(line) AS length, ending, lower(hex(SHA256(line))) AS sha256 FROM ${table}
WHERE ${OF_RUN} ORDER BY place DESC LIMIT 1`,
    { parameters: { run, edition } },
  );
  const [last] = lastLineRows.parse(rows);
  return last && { ...last, end: last.place + last.length + ENDING_BYTES[last.ending].length };
}

/** The last row that has bytes and is no event. */
export async function lastMarkOf(lake: Lake, { run, edition }: EditionKey) {
  const rows = await lake.select(
    `SELECT place, length(bytes) AS length, kind, reason FROM marks
WHERE ${OF_RUN} AND kind IN ('skipped', 'between') ORDER BY place DESC LIMIT 1`,
    { parameters: { run, edition } },
  );
  return lastMarkRows.parse(rows)[0];
}

/** Of the lines before a place, whatever is put in behind it meanwhile: the highest id, and how many have one. */
export async function idsBefore(lake: Lake, { run, edition }: EditionKey, place: number) {
  const rows = await lake.select(
    `SELECT max(event_id) AS last, count() +
(SELECT count() FROM marks WHERE ${OF_RUN} AND place < {place:UInt64} AND kind = 'skipped' AND reason = 'repeated') AS count FROM events WHERE ${OF_RUN} AND place < {place:UInt64}`,
    { parameters: { run, edition, place } },
  );
  return countRows.parse(rows)[0] ?? { last: "", count: 0 };
}

/** The places at which the segments begin that are known. */
export async function startsOf(lake: Lake, { run, edition }: EditionKey): Promise<number[]> {
  const rows = await lake.select(
    `SELECT place FROM marks WHERE ${OF_RUN} AND kind = 'segment' ORDER BY place`,
    { parameters: { run, edition } },
  );
  return startRows.parse(rows).map(({ place }) => place);
}
