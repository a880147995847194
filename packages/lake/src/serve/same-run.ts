import * as z from "zod";
import type { Lake, Parameters } from "../connection/index.ts";
import { RowReader } from "../restore/index.ts";
import type { WholeRun } from "./whole-run.ts";

/** The run is not any more what it was looked through as: it has to be looked at again, and asked again. */
export class RunChanged extends Error {
  override readonly name = "RunChanged";
}

export const OF_RUN = "run = {run:String} AND edition = {edition:UInt32}";
/** Whether it is what it was looked through as, in the same statement as what is asked: another look would cost as much again. */
const IS_SAME = `assumeNotNull((SELECT max(version) FROM runs WHERE run = {run:String}) = {version:UInt64}
AND (SELECT max(edition) FROM editions WHERE run = {run:String}) = {edition:UInt32})`;

const sameRows = z.array(z.object({ is_same: z.int() }));

export interface RowsOptions {
  parameters?: Parameters;
  signal?: AbortSignal | undefined;
}

/**
 * Rows of a run that stays as it is.
 *
 * @param columns what is selected
 * @param rest of the statement, from `FROM` on; {@link OF_RUN} holds there
 * @param read takes one row's columns
 * @throws RunChanged
 */
export async function rowsOf<Row>(
  lake: Lake,
  run: WholeRun,
  columns: string,
  rest: string,
  read: (row: RowReader) => Promise<Row>,
  { parameters = {}, signal }: RowsOptions = {},
): Promise<Row[]> {
  const found: Row[] = [];
  const take = async (row: RowReader) => {
    found.push(await read(row));
  };
  await eachRowOf(lake, run, columns, rest, take, { parameters, signal });
  return found;
}

/** As `rowsOf`, of which none is held. What was taken counts where this does not throw. */
export async function eachRowOf(
  lake: Lake,
  run: WholeRun,
  columns: string,
  rest: string,
  take: (row: RowReader) => Promise<void>,
  { parameters = {}, signal }: RowsOptions = {},
): Promise<void> {
  const options = { parameters: { ...parameters, ...keyOf(run) }, ...(signal && { signal }) };
  const rows = new RowReader(
    lake.bytes(`SELECT ${IS_SAME} AS is_same, ${columns} ${rest} FORMAT RowBinary`, options),
  );
  let [isSame, isEmpty] = [true, true];
  // To its end: a connection whose answer is not read is not used again.
  while (await rows.hasMore()) {
    isSame = (await rows.byte()) === 1 && isSame;
    isEmpty = false;
    await take(rows);
  }
  if (isEmpty) isSame = await isSameRun(lake, run);
  if (!isSame) throw new RunChanged();
}

/** Throws RunChanged. */
export async function requireSameRun(lake: Lake, run: WholeRun): Promise<void> {
  if (!(await isSameRun(lake, run))) throw new RunChanged();
}

export async function isSameRun(lake: Lake, run: WholeRun): Promise<boolean> {
  const rows = await lake.select(`SELECT ${IS_SAME} AS is_same`, { parameters: keyOf(run) });
  return sameRows.parse(rows)[0]?.is_same === 1;
}

function keyOf({ id, edition, version }: WholeRun): Parameters {
  return { run: id, edition, version };
}
