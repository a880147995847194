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
  const options = { parameters: { ...parameters, ...keyOf(run) }, ...(signal && { signal }) };
  const rows = new RowReader(
    lake.bytes(`SELECT ${IS_SAME} AS is_same, ${columns} ${rest} FORMAT RowBinary`, options),
  );
  const found: Row[] = [];
  let isSame = true;
  // To its end: a connection whose answer is not read is not used again.
  while (await rows.hasMore()) {
    isSame = (await rows.byte()) === 1 && isSame;
    found.push(await read(rows));
  }
  if (found.length === 0) isSame = await isSameRun(lake, run);
  if (!isSame) throw new RunChanged();
  return found;
}

export async function isSameRun(lake: Lake, run: WholeRun): Promise<boolean> {
  const rows = await lake.select(`SELECT ${IS_SAME} AS is_same`, { parameters: keyOf(run) });
  return sameRows.parse(rows)[0]?.is_same === 1;
}

function keyOf({ id, edition, version }: WholeRun): Parameters {
  return { run: id, edition, version };
}
