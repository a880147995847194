import { LOSS_TYPES } from "@llm-sim/events/read";
import { UNTRACKED_MEMORY } from "@llm-sim/events/run";
import {
  EVENT_TYPES,
  type Event,
  type EventType,
  parseTimestamp,
  type SystemEvent,
} from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { INVALID_EVENT, mayTellLoss, type RunIndex } from "../../run-index/index.ts";
import { batchesOf, eventsToTurn } from "../rows/index.ts";
import { anyKind, type Hole, type KnownRun, turnsText } from "./hole.ts";

/** In bytes; a warning of a loss is a few hundred, a model's answer can be anything. */
const MAX_WARNING = 65_536;

interface Report {
  row: number;
  event: SystemEvent;
}

// An index only grows, and is replaced where the log turns out to be another: what has been looked through stays so.
const known = new WeakMap<RunIndex, { scanned: number; reports: Report[] }>();

/** What the log itself says is missing from it: events that were lost, and events that were not valid. */
export function recordedHoles({ view }: KnownRun): Hole[] {
  return reportsOf(view).flatMap((report) => {
    const { error_type } = report.event;
    if (error_type === UNTRACKED_MEMORY) return [];
    return [error_type === INVALID_EVENT ? invalidHole(report) : lossHole(view.index, report)];
  });
}

/** What was seen to keep something that is not tracked, although it declares otherwise: as run.json names it. */
export function contradictedMemories(view: RunView): Set<string> {
  return new Set(
    reportsOf(view).flatMap(({ event: { error_type, details } }) =>
      error_type === UNTRACKED_MEMORY && typeof details?.of === "string" ? [details.of] : [],
    ),
  );
}

/** How many events were dropped, as the log tells. */
export function droppedAsReported(view: RunView): number {
  return reportsOf(view).reduce((sum, { event: { error_type, details } }) => {
    const dropped = error_type === "events_dropped" ? details?.dropped : undefined;
    return typeof dropped === "number" ? sum + dropped : sum;
  }, 0);
}

/** SYSTEM events that are still to be looked through. */
export function unseenReports({ index }: RunView): number {
  return index.tellingLoss.length - (known.get(index)?.scanned ?? 0);
}

function reportsOf(view: RunView): readonly Report[] {
  return seeReports(view, unseenReports(view));
}

/** Looks through the next ones, at most so many. */
export function seeReports(view: RunView, most: number): readonly Report[] {
  const found = known.get(view.index) ?? { scanned: 0, reports: [] };
  const rows = view.index.tellingLoss;
  const [fresh, told]: [number[], Report[]] = [[], []];
  const end = Math.min(rows.length, found.scanned + most);
  for (let place = found.scanned; place < end; place++) {
    const row = rows.at(place);
    if (view.index.columns.length(row) <= MAX_WARNING) fresh.push(row);
  }
  for (const batch of batchesOf(view.index, fresh)) {
    const lines = view.lines(batch);
    for (const [place, row] of batch.entries()) {
      const line = lines[place];
      if (line === undefined || !mayTellLoss(line)) continue;
      const event = view.event(row);
      if (isTelling(event)) told.push({ row, event });
    }
  }
  // Where reading failed, nothing of it counts as seen.
  found.reports.push(...told);
  found.scanned = end;
  known.set(view.index, found);
  return found.reports;
}

function isTelling(event: Event): event is SystemEvent {
  if (event.event_type !== "SYSTEM") return false;
  if (event.status === "failure") return event.error_type === INVALID_EVENT;
  const { status, error_type } = event;
  return (
    status === "warning" &&
    (error_type === UNTRACKED_MEMORY || LOSS_TYPES.some((type) => type === error_type))
  );
}

function lossHole(index: RunIndex, { row, event }: Report): Hole {
  const { counts, turn_start, turn_end, first_timestamp } = event.details ?? {};
  const since = typeof first_timestamp === "string" ? parseTimestamp(first_timestamp) : undefined;
  const rowBefore = index.columns.turn(row - 1);
  const first = typeof turn_start === "number" ? turn_start : Math.min(rowBefore, event.turn_number);
  const last = typeof turn_end === "number" ? turn_end : event.turn_number;
  const begin =
    since !== undefined
      ? index.order.rowOfTime(since)
      : typeof turn_start === "number"
        ? eventsToTurn(index, turn_start - 1)
        : row;
  const byKind = typeof counts === "object" && counts !== null && !Array.isArray(counts) ? counts : undefined;
  return {
    from: Math.min(begin, row),
    to: row,
    concerns: byKind === undefined ? anyKind : (kind) => byKind[kind] !== undefined,
    gap: {
      kind: "loss",
      message: `Events of ${turnsText([first, last])} were lost: ${event.description ?? event.error_type ?? "the log does not say how"}`,
      turn_start: first,
      turn_end: last,
      event_id: event.event_id,
    },
  };
}

function invalidHole({ row, event }: Report): Hole {
  const { event_type, reason } = event.details ?? {};
  const kind = EVENT_TYPES.find((type) => type === event_type);
  const why = typeof reason === "string" ? reason : "the log does not say why";
  return {
    from: row,
    to: row + 1, // it stands where the other would
    concerns: kind === undefined ? anyKind : (asked: EventType) => asked === kind,
    gap: {
      kind: "invalid_event",
      message: `${kind === undefined ? "An event" : `A ${kind} event`} of turn ${event.turn_number} was not valid, and what it would have said is not in the log as such: ${why}`,
      turn_start: event.turn_number,
      turn_end: event.turn_number,
      event_id: event.event_id,
    },
  };
}
