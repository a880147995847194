import { join } from "node:path";
import { isBeingWritten, TAPE_FILE } from "@llm-sim/events/run";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { filesOf } from "./run-files.ts";
import { type Seen, seenIn } from "./seen.ts";
import { signatureOf } from "./signatures.ts";

/** What the lake says of a run without being asked for any of its rows. */
export interface Standing {
  edition: number;
  /** Names of its segments, in their order. */
  segments: string[];
  seen: Seen;
}

const standingRows = z.array(
  z.object({ run: z.string(), newest: z.int(), segments: z.array(z.string()), seen: z.string() }),
);

/** Of those runs that the lake has. One statement, however many they are. */
export async function standingOf(lake: Lake, runs: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await lake.select(
    `SELECT run, newest, segments, seen FROM
(SELECT run, max(edition) AS newest FROM editions WHERE run IN {runs:Array(String)} GROUP BY run) AS known
LEFT JOIN
(SELECT run, argMax(segment_files, version) AS segments, argMax(runs.seen, version) AS seen FROM runs WHERE run IN {runs:Array(String)} GROUP BY run) AS told
USING run`,
    { parameters: { runs } },
  );
  return new Map(
    standingRows
      .parse(rows)
      .map(({ run, newest, segments, seen }) => [
        run,
        { edition: newest, segments, seen: seenIn(seen, newest) },
      ]),
  );
}

/**
 * Whether a run's files are those that were shipped, by their signatures alone: nothing of them is read.
 *
 * @param standing what the lake says of it
 */
export async function isUnchanged(
  directory: string,
  { edition, segments, seen }: Standing,
): Promise<boolean> {
  if (seen.edition !== edition || isBeingWritten(directory)) return false;
  const shipped = new Map<string, string | null | undefined>(
    Object.entries(seen.files).map(([file, [signature]]) => [file, signature]),
  );
  for (const [index, file] of segments.entries()) shipped.set(file, seen.segments[index]);
  if (seen.tape !== undefined) shipped.set(TAPE_FILE, seen.tape);
  const files = await filesOf(directory);
  if (files.length !== shipped.size) return false;
  for (const file of files) {
    const now = await signatureOf(join(directory, file));
    if (now === undefined || now !== shipped.get(file)) return false;
  }
  return true;
}
