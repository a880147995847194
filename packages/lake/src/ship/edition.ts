import { setTimeout as pause } from "node:timers/promises";
import { idsOf, listSegments, SeenIds, type Segment } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { FIRST_MOMENT, parseTimestamp } from "@llm-sim/events/schema";
import type { Lake } from "../connection/index.ts";
import { addEdition, type Edition, FIRST_EDITION, lastEdition } from "../editions/index.ts";
import { LakeError } from "../errors.ts";
import type { EditionKey } from "../rows/index.ts";
import type { PlacedTable } from "../tables/index.ts";
import { isGivenUp } from "./claim.ts";
import { differenceOf } from "./difference.ts";
import { idsBefore, lastLineOf, markOf, marksOf, startsOf } from "./marks.ts";
import { NOTHING_SEEN, type Seen, seenOf } from "./seen.ts";
import { type Signatures, signaturesOf } from "./signatures.ts";

/** Where to go on with a run. */
export interface Opened {
  key: EditionKey;
  /** How far each table is; what is not in it: not at all. */
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

export interface OpenOptions {
  /** Why it is to be shipped anew, whatever is there. */
  wantedAnew: string | undefined;
  /** Compare the files, whatever their signatures say. */
  isCompared: boolean;
  signal: AbortSignal | undefined;
}

/**
 * Looks how far a run is in the lake, and whether that is this log.
 *
 * @throws LakeError `LAKE_REFUSED` where another run of this id is there
 */
export async function openEdition(
  lake: Lake,
  run: string,
  directory: string,
  options: OpenOptions,
): Promise<Opened> {
  const { wantedAnew, isCompared, signal } = options;
  const segments = await listSegments(directory);
  const signatures = await signaturesOf(directory, segments);
  const identity = segments[0]?.first?.event_id ?? "";
  const there = await lastEdition(lake, run);
  const begin = async (former: Edition | undefined, anew: string | undefined, told: Seen) => {
    const found = { segments, signatures, seen: told };
    const begun = await beginEdition(lake, run, directory, former, found, signal);
    if (begun !== undefined) return { ...begun, anew };
    return openEdition(lake, run, directory, { ...options, wantedAnew: undefined });
  };
  if (there === undefined) return begin(undefined, undefined, NOTHING_SEEN);
  if (wantedAnew === undefined && there.identity !== "" && identity !== "" && there.identity !== identity)
    throw new LakeError(
      "LAKE_REFUSED",
      `${lake.name} holds another run of the id ${run}, which begins with event ${there.identity}: ship this one under another id, or with --again in its place`,
    );
  const seen = await seenOf(lake, there);
  if (wantedAnew !== undefined) return begin(there, wantedAnew, seen);
  // Nothing of it was there.
  if (!(await isOpen(lake, there, signal))) return begin(there, undefined, seen);
  const isKnown = (which: number | "tape") => {
    const now = signatures.get(which);
    const told = which === "tape" ? seen.tape : seen.segments[which];
    return !isCompared && now !== undefined && now === told;
  };
  const difference = await differenceOf(lake, there, directory, isKnown, false);
  if (difference !== undefined) return begin(there, difference, seen);
  const key = keyOf(there);
  const [marks, last] = await Promise.all([marksOf(lake, key), lastLineOf(lake, "events", key)]);
  const from = last?.end ?? 0;
  // After the last line, in whose segment it is gone on.
  const starts = await startsOf(lake, key);
  const ids = new SeenIds(() => idsOf(directory), await idsBefore(lake, key, from));
  return { key, marks, starts, from, ids, anew: undefined, signatures, seen };
}

/** A log as it was before anything was put in of it. */
interface Found {
  segments: readonly Segment[];
  signatures: Signatures;
  /** What the lake was told of its files. */
  seen: Seen;
}

/**
 * Begins another edition, or joins who does so at the same time.
 *
 * @param former the one that it takes the place of
 * @returns `undefined` where somebody has put in rows of it meanwhile that were none but theirs to put in
 */
async function beginEdition(
  lake: Lake,
  run: string,
  directory: string,
  former: Edition | undefined,
  { segments, signatures, seen }: Found,
  signal: AbortSignal | undefined,
): Promise<Omit<Opened, "anew"> | undefined> {
  const identity = segments[0]?.first?.event_id ?? "";
  const runStarted = former?.runStarted ?? startOf(directory, segments);
  for (let edition = (former?.edition ?? FIRST_EDITION - 1) + 1; ; edition++) {
    await addEdition(lake, { run, edition, runStarted }, identity);
    const begun = await lastEdition(lake, run);
    if (begun === undefined || (begun.identity !== identity && begun.identity !== ""))
      throw new LakeError(
        "LAKE_REFUSED",
        `${lake.name} got another run of the id ${run} at this moment: try again`,
      );
    edition = begun.edition;
    if (begun.claim !== "" && (await isOpen(lake, begun, signal))) return undefined;
    if (begun.claim !== "") continue;
    // Others may have begun it at the same time.
    const marks = await marksOf(lake, begun);
    const ids = new SeenIds(() => idsOf(directory));
    return { key: keyOf(begun), marks, starts: [], from: 0, ids, signatures, seen };
  }
}

const keyOf = ({ run, edition, runStarted }: EditionKey): EditionKey => ({ run, edition, runStarted });
/** Milliseconds. */
const LOOK_AGAIN = 500;

/**
 * Whether anybody may put rows into an edition. Who claimed it to put in the first ones is waited for, as long as there is hope.
 */
async function isOpen(lake: Lake, edition: Edition, signal: AbortSignal | undefined): Promise<boolean> {
  while (edition.claim !== "") {
    if ((await markOf(lake, "events", edition)) >= 0) return true;
    if (isGivenUp(edition.claim)) return false;
    if ((await lastEdition(lake, edition.run))?.edition !== edition.edition) return false;
    await pause(LOOK_AGAIN, undefined, signal && { signal });
  }
  return true;
}

/** Seconds since 1970, as far as a `DateTime` goes. */
export function startOf(directory: string, segments: readonly Segment[]): number {
  const text = readManifest(directory)?.start_time ?? segments[0]?.first?.timestamp ?? FIRST_MOMENT;
  const seconds = Math.floor((parseTimestamp(text) ?? 0) / 1e6);
  return Math.min(Math.max(seconds, 0), 2 ** 32 - 1);
}
