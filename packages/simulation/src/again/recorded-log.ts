import type { EventStreamOptions } from "@llm-sim/events";
import { parseEventLine, walkSegments } from "@llm-sim/events/read";
import { type Event, LOSS_TYPES } from "@llm-sim/events/schema";

/** An event as it stands in the log. */
export interface RecordedLine {
  event: Event;
  /** Without its newline. */
  bytes: Buffer;
}

/** Where in the log something ends: in a segment, by bytes of its uncompressed lines. */
export interface LogPlace {
  file: string;
  offset: number;
}

/** What the log holds of one turn; turn 0 is the set-up. */
export interface RecordedTurn {
  turn: number;
  /** What the simulation emitted, without what tells of the recording. */
  lines: RecordedLine[];
  /** Why not all of it is there; absent where it is. */
  missing: string | undefined;
  /** The run's simulation_end, where it stands here. */
  end: (Event & { event_type: "MILESTONE" }) | undefined;
  /** Behind the last event of it, but for the run's end. */
  until: LogPlace | undefined;
}

/** Why a turn is not whole that was not played to its end. */
export const NO_END = "it has no end";

/** What is put on record of the recording alone: a simulation that is played again does not emit it. */
const OF_RECORDING: ReadonlySet<unknown> = new Set([...LOSS_TYPES, "resumed", "checkpoint_failed"]);

/** Whether an event tells of the recording, and not of what was simulated. */
export function isOfRecording(event: Event): boolean {
  return event.event_type === "SYSTEM" && event.status === "warning" && OF_RECORDING.has(event.error_type);
}

/** The turns of a run's log, one after the other: no more than one of them, and what was read ahead, is in memory. */
export async function* recordedTurns(directory: string): AsyncGenerator<RecordedTurn, void, undefined> {
  let open = emptyTurn(0);
  let isOver = false;
  /** What is damaged behind a turn's end is the next one's. */
  let damaged: string | undefined;
  for await (const { segment, lines } of walkSegments(directory)) {
    for (const { bytes, damage, line, next, terminated } of lines) {
      const parsed = damage === undefined ? parseEventLine(bytes) : { ok: false as const, reason: damage };
      if (!parsed.ok) {
        if (!terminated) continue; // torn: whoever wrote it was cut off
        const problem = `line ${line} of ${segment.file} is no event (${parsed.reason})`;
        if (isOver) damaged ??= problem;
        else open.missing ??= problem;
        continue;
      }
      const { event } = parsed;
      if (event.turn_number > open.turn) {
        yield closed(open, true);
        open = { ...emptyTurn(event.turn_number), missing: damaged };
        isOver = false;
        damaged = undefined;
      }
      if (isOfRecording(event)) {
        if (event.event_type === "SYSTEM" && event.error_type === "events_dropped")
          open.missing ??= "events were dropped, as the log says";
        // That a session was lost is not so any more, once the run goes on from before.
        if (event.event_type === "SYSTEM" && event.error_type !== "session_lost" && !open.end)
          open.until = { file: segment.file, offset: next };
        continue;
      }
      isOver ||= isTurnEnd(event);
      if (event.event_type === "MILESTONE" && event.milestone_type === "simulation_end") open.end = event;
      else open.until = { file: segment.file, offset: next };
      open.lines.push({ event, bytes: Buffer.from(bytes) });
    }
  }
  yield closed(open, false);
}

/**
 * What a run says as it starts. That it is to have more turns than it had, or fewer, does not change how it started.
 *
 * @param start as it would be now
 */
export function startOf(
  set: RecordedTurn | undefined,
  start: EventStreamOptions["start"],
): EventStreamOptions["start"] {
  const recorded = set?.lines[0]?.event;
  const turns = recorded?.details?.turns;
  if (!recorded || typeof turns !== "number" || !start?.details) return start;
  const now: { turns?: unknown } = start.details;
  if (now.turns === turns) return start;
  return { description: recorded.description, details: { ...start.details, turns } };
}

function emptyTurn(turn: number): RecordedTurn {
  return { turn, lines: [], missing: undefined, end: undefined, until: undefined };
}

/** @param isFollowed by events of a later turn */
function closed(turn: RecordedTurn, isFollowed: boolean): RecordedTurn {
  if (turn.missing !== undefined) return turn;
  if (turn.turn > 0)
    return turn.lines.some(({ event }) => isTurnEnd(event)) ? turn : { ...turn, missing: NO_END };
  // What tells that the set-up is over is the first turn, or the end.
  const isOver = isFollowed || turn.end?.details?.status === "completed";
  return isOver ? turn : { ...turn, missing: "it is the set-up, and no turn follows it" };
}

function isTurnEnd(event: Event): boolean {
  return event.event_type === "MILESTONE" && event.milestone_type === "turn_end";
}
