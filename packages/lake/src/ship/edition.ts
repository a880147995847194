import { idsOf, listSegments, SeenIds, type Segment } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { FIRST_MOMENT, parseTimestamp } from "@llm-sim/events/schema";
import type { Lake } from "../connection/index.ts";
import { addEdition, lastEdition } from "../editions/index.ts";
import { LakeError } from "../errors.ts";
import type { EditionKey } from "../rows/index.ts";
import { PLACED_TABLES, type PlacedTable } from "../tables/index.ts";
import { differenceOf } from "./difference.ts";
import { idsBefore, lastLineOf, markOf, startsOf } from "./marks.ts";
import { NOTHING_SEEN, type Seen, seenOf } from "./seen.ts";
import { type Signatures, signaturesOf } from "./signatures.ts";

/** Where to go on with a run. */
export interface Opened {
  key: EditionKey;
  /** How far each table is. */
  marks: Map<PlacedTable, number>;
  /** Of the segments that are known in the lake. */
  starts: number[];
  /** The place behind the last event that is there. */
  from: number;
  ids: SeenIds;
  /** Why the log had to be shipped anew. */
  anew: string | undefined;
  /** Of the files as they were before anything was read of them. */
  signatures: Signatures;
  /** What the lake was told of its files. */
  seen: Seen;
}

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
  const signatures = await signaturesOf(directory);
  const segments = await listSegments(directory);
  const identity = segments[0]?.first?.event_id ?? "";
  let there = await lastEdition(lake, run);
  let anew: string | undefined;
  let seen = NOTHING_SEEN;
  if (there !== undefined) {
    if (!isWantedAnew && there.identity !== "" && identity !== "" && there.identity !== identity)
      throw new LakeError(
        "LAKE_REFUSED",
        `${lake.name} holds another run of the id ${run}, which begins with event ${there.identity}: ship this one under another id, or with --again in its place`,
      );
    if (isWantedAnew) anew = "it was asked for";
    else {
      seen = await seenOf(lake, there);
      const { segments: of, tape } = seen;
      const isKnown = (which: number | "tape") => {
        const now = signatures.get(which);
        return now !== undefined && now === (which === "tape" ? tape : of[which]);
      };
      anew = await differenceOf(lake, there, directory, isKnown, false);
    }
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
  const from = (await lastLineOf(lake, "events", key))?.end ?? 0;
  return {
    key,
    marks,
    starts: await startsOf(lake, key),
    from,
    ids: new SeenIds(() => idsOf(directory), await idsBefore(lake, key, from)),
    anew,
    signatures,
    seen,
  };
}

/** Seconds since 1970, as far as a `DateTime` goes. */
function startOf(directory: string, segments: readonly Segment[]): number {
  const text = readManifest(directory)?.start_time ?? segments[0]?.first?.timestamp ?? FIRST_MOMENT;
  const seconds = Math.floor((parseTimestamp(text) ?? 0) / 1e6);
  return Math.min(Math.max(seconds, 0), 2 ** 32 - 1);
}
