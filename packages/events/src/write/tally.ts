import { ACTIVE_SEGMENT_FILE, TIMESTAMP_LENGTH, TIMESTAMP_OFFSET } from "../layout/index.ts";
import type { LossTally, RunLoss } from "../run/index.ts";
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
  /** Dropped by the emitter in this one. */
  emitter: LossTally | undefined;
  /** How many of those the log was told of. */
  reported?: number | undefined;
  unwritten: Unwritten;
  /** What was in files that are gone. */
  lost?: Unwritten | undefined;
  /** All, as they are counted. */
  dropped: number;
  path: string;
  reason: string;
}): RunLoss | undefined {
  const { before, emitter, unwritten, path, reason } = parts;
  const tally = addTallies(addTallies(addTallies(before, parts.lost?.tally), emitter), unwritten.tally);
  if (!tally) return undefined;
  const untold = unwritten.unreported + (parts.lost?.unreported ?? 0);
  const reported = Math.max(0, (before?.told ?? 0) + (parts.reported ?? 0) - untold);
  return { ...tally, dropped: parts.dropped, told: reported, path, reason };
}
