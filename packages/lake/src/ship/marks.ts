import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { LakeError } from "../errors.ts";
import type { EditionKey, RowWriter } from "../rows/index.ts";
import { columnsOf, type PlacedTable } from "../tables/index.ts";

const markRows = z.array(z.object({ mark: z.number(), rows: z.number() }));

/** How far a table is: the greatest place of the run in it; -1 where it has none of its rows. */
export async function markOf(lake: Lake, table: PlacedTable, { run, edition }: EditionKey): Promise<number> {
  const rows = await lake.select(
    `SELECT max(place) AS mark, count() AS rows FROM ${table} WHERE run = {run:String} AND edition = {edition:UInt32}`,
    { parameters: { run, edition } },
  );
  const [found] = markRows.parse(rows);
  return found === undefined || found.rows === 0 ? -1 : found.mark;
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
    else if (attempt++ === ATTEMPTS)
      throw new LakeError(
        "LAKE_REFUSED",
        `${lake.name} took rows of run ${key.run} into ${table} and does not show them: were some taken out by hand? llm-sim ship --again ships it anew`,
      );
  }
}
