import { ACTIVE_SEGMENT_FILE, TIMESTAMP_LENGTH, TIMESTAMP_OFFSET } from "../layout/index.ts";
import type { LossTally, RunLoss, UntoldLoss } from "../run/index.ts";
import type { Mishap } from "./mishap.ts";
import type { Trouble } from "./ring.ts";
import type { Unwritten } from "./sink.ts";

// Loaded by the drain's thread: no schemas here, whose library would make every thread take longer to start.

// Id, time, turn and kind stand within the first so many bytes of a line.
const HEAD_BYTES = 160;
const TURN_AND_KIND = /"turn_number":(\d+),"event_type":"([A-Z]+)"/;

/** @returns the turn of the line that begins there */
export function turnOf(bytes: Buffer, line: number): number {
  const [, turn = "0"] = TURN_AND_KIND.exec(bytes.toString("latin1", line, line + HEAD_BYTES)) ?? [];
  return Number(turn);
}

/** Where nothing was refused, the queue was what could not hold the events. */
export const QUEUE_FULL: Trouble = {
  path: ACTIVE_SEGMENT_FILE,
  reason: "the queue was full: events came faster than the disk took them",
};

/** @param lines newlines included, in the order of emission */
export function tallyOf(lines: Iterable<Buffer>): Unwritten {
  let tally: LossTally | undefined;
  let unreported = 0;
  for (const line of lines) {
    const [, turnText = "0", kind = "SYSTEM"] =
      TURN_AND_KIND.exec(line.toString("latin1", 0, HEAD_BYTES)) ?? [];
    const turn = Number(turnText);
    const time = line.toString("latin1", TIMESTAMP_OFFSET, TIMESTAMP_OFFSET + TIMESTAMP_LENGTH);
    tally ??= {
      dropped: 0,
      counts: {},
      first_timestamp: time,
      last_timestamp: time,
      turn_start: turn,
      turn_end: turn,
    };
    tally.dropped++;
    tally.counts[kind] = (tally.counts[kind] ?? 0) + 1;
    tally.last_timestamp = time;
    tally.turn_end = turn;
    if (kind === "SYSTEM") unreported += droppedIn(line);
  }
  return { tally, unreported };
}

/** How many events a warning `events_dropped` tells of; 0 for any other line. */
function droppedIn(line: Buffer): number {
  try {
    const event: unknown = JSON.parse(line.toString("utf8"));
    if (!isObject(event) || event.error_type !== "events_dropped" || !isObject(event.details)) return 0;
    const { dropped } = event.details;
    return typeof dropped === "number" ? dropped : 0;
  } catch {
    return 0;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Two tallies as one. */
export function addTallies(left: LossTally | undefined, right: LossTally | undefined): LossTally | undefined {
  if (!left || left.dropped === 0) return right && right.dropped > 0 ? right : undefined;
  if (!right || right.dropped === 0) return left;
  const counts = { ...left.counts };
  for (const [kind, more] of Object.entries(right.counts)) counts[kind] = (counts[kind] ?? 0) + more;
  // Timestamps of one form sort as text.
  const [first = ""] = [left.first_timestamp, right.first_timestamp].toSorted();
  const [, last = ""] = [left.last_timestamp, right.last_timestamp].toSorted();
  return {
    dropped: left.dropped + right.dropped,
    counts,
    first_timestamp: first,
    last_timestamp: last,
    turn_start: Math.min(left.turn_start, right.turn_start),
    turn_end: Math.max(left.turn_end, right.turn_end),
  };
}

/** What run.json says of all that is missing at the end. */
export function lossOf(parts: {
  /** Of sessions before. */
  before: RunLoss | undefined;
  /** Of what sessions before dropped, all that the log tells of. */
  toldBefore: number;
  /** Dropped by the emitter in this one. */
  emitter: LossTally | undefined;
  /** How many of those the log was told of. */
  reported?: number | undefined;
  unwritten: Unwritten;
  /** What was in files that are gone, and what became of each. */
  lost?: { lost: Unwritten; latest: readonly Mishap[] } | undefined;
  /** All, as they are counted. */
  dropped: number;
  path: string;
  reason: string;
}): RunLoss | undefined {
  const { before, emitter, unwritten, dropped, path, reason } = parts;
  const lost = parts.lost?.lost;
  const tally = addTallies(addTallies(addTallies(before, lost?.tally), emitter), unwritten.tally);
  if (!tally) return undefined;
  const unreported = unwritten.unreported + (lost?.unreported ?? 0);
  const told = Math.max(0, parts.toldBefore + (parts.reported ?? 0) - unreported);
  const untold = untoldOf(before, parts.lost?.latest);
  return {
    ...tally,
    dropped,
    told,
    untold: told < dropped && untold.length > 0 ? untold : undefined,
    path,
    reason,
  };
}

/**
 * What run.json says of what is missing while the run goes on: of what was lost with a file it tells before another line is
 * written, as lines that rest on it may come to the log before the one that tells of it, and that one may not come any more.
 */
export function lossUntilNow(
  before: RunLoss | undefined,
  { lost, latest }: { lost: Unwritten; latest: readonly Mishap[] },
  dropped: number,
): RunLoss | undefined {
  const tally = addTallies(before, lost.tally);
  if (!tally) return undefined;
  const untold = untoldOf(before, latest);
  const { path, reason } = untold.at(-1) ?? before ?? QUEUE_FULL;
  const told = Math.max(0, dropped - untold.reduce((sum, one) => sum + one.dropped, 0));
  return { ...tally, dropped, told, untold: untold.length > 0 ? untold : undefined, path, reason };
}

/** Those of before, and one for each file that took events with it. */
function untoldOf(before: RunLoss | undefined, latest: readonly Mishap[] = []): UntoldLoss[] {
  const files = latest.flatMap(({ path, reason, lost }) =>
    lost === undefined ? [] : { ...lost, were_written: lost.dropped, path, reason },
  );
  return [...(before?.untold ?? []), ...files];
}
