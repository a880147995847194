import { turns } from "@llm-sim/store/port";
import * as z from "zod";
import type { Lake, SelectOptions } from "../connection/index.ts";
import type { SegmentFiles } from "./segment-files.ts";

/** A log that is its events, one behind the other, and nothing else. */
export interface PlainLog {
  events: number;
  bytes: number;
  /** The greatest place of its events. */
  mark: number;
  /** Where its segments begin. */
  starts: readonly number[];
}

const plainRows = z.array(
  z.object({
    events: z.number(),
    mark: z.number(),
    bytes: z.number(),
    holes: z.number(),
    odd_marks: z.number(),
    starts: z.array(z.number()),
  }),
);

const MOST_SEGMENTS = 1000;
const OF_RUN = "run = {run:String} AND edition = {edition:UInt32}";
const ENDING = "multiIf(ending = 'lf', '\\n', ending = 'crlf', '\\r\\n', '')";

/** `undefined` where there is more in it than events, or less. */
export async function plainLog(lake: Lake, asked: SelectOptions): Promise<PlainLog | undefined> {
  const rows = await lake.select(
    `SELECT count() AS events, max(place) AS mark, max(end) AS bytes, countIf(place != former) AS holes,
(SELECT countIf(kind != 'segment') FROM marks WHERE ${OF_RUN}) AS odd_marks,
(SELECT arraySort(groupArray(${MOST_SEGMENTS + 1})(place)) FROM marks WHERE ${OF_RUN}) AS starts
FROM (
  SELECT place, place + length(line) + length(${ENDING}) AS end,
  lagInFrame(end, 1, 0) OVER (ORDER BY place ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS former
  FROM events WHERE ${OF_RUN}
)`,
    asked,
  );
  const [found] = plainRows.parse(rows);
  if (found === undefined) return undefined;
  const { events, mark, bytes, holes, odd_marks, starts } = found;
  const isPlain =
    events > 0 && holes === 0 && odd_marks === 0 && starts[0] === 0 && starts.length <= MOST_SEGMENTS;
  return isPlain ? { events, bytes, mark, starts } : undefined;
}

/**
 * Writes it as the bytes that the lake puts together: nothing looks at its lines.
 *
 * @returns how many bytes there were, fewer where the lake has lost some meanwhile
 */
export async function writePlainLog(
  lake: Lake,
  asked: SelectOptions,
  { starts, bytes }: PlainLog,
  files: SegmentFiles,
): Promise<number> {
  let written = 0;
  for (const [at, from] of starts.entries()) {
    await files.next();
    const to = starts[at + 1] ?? bytes;
    if (to === from) continue;
    const pieces = lake.bytes(
      `SELECT line, ${ENDING} FROM events WHERE ${OF_RUN} AND place >= {from:UInt64} AND place < {to:UInt64} ORDER BY place FORMAT RawBLOB`,
      { ...asked, parameters: { ...asked.parameters, from, to } },
    );
    for await (const piece of pieces) {
      await files.write(piece);
      written += piece.length;
      if (turns.isDue) await turns.next();
    }
  }
  return written;
}
