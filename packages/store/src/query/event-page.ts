import { parseEventLine } from "@llm-sim/events/read";
import type { Event, EventFilter } from "@llm-sim/events/schema";
import type { RunView } from "../reader/index.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { RowSet } from "./row-set.ts";
import type { EventPage } from "./types.ts";

/** A page ends early at this size, though not before its first event. */
export const MAX_PAGE_BYTES = 32 * 1024 * 1024;

/** The part of the matching events that the filter's `limit`, `offset` (counted from the cursor, where there is one) and `cursor` ask for. */
export function pageOf(
  view: RunView,
  matches: RowSet,
  { limit, offset, cursor }: EventFilter,
  hints: string[],
): EventPage {
  const { index } = view;
  const behind = cursor === undefined ? 0 : matches.countBelow(decodeCursor(index, cursor) + 1);
  const start = behind + offset;
  const rows = matches.take(start, limit);
  const lines = view.lines(withinSize(rows, (row) => index.columns.length(row)));
  const kept = countWithinSize(lines);
  const hasMore = start + kept < matches.total;
  const last = rows[kept - 1];
  return {
    lines: lines.slice(0, kept),
    total: matches.total,
    has_more: hasMore,
    ...(hasMore && last !== undefined ? { next_cursor: encodeCursor(index, last) } : {}),
    ...(hints.length > 0 && { hints }),
    events: () => lines.slice(0, kept).map(parsed),
  };
}

function withinSize(rows: readonly number[], sizeOf: (row: number) => number): readonly number[] {
  let bytes = 0;
  const end = rows.findIndex((row, place) => {
    bytes += sizeOf(row) + 1;
    return place > 0 && bytes > MAX_PAGE_BYTES;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

/** Lines of another dialect can be longer than they were in the log. */
function countWithinSize(lines: readonly Buffer[]): number {
  let bytes = 0;
  const end = lines.findIndex((line, place) => {
    bytes += line.length + 1;
    return place > 0 && bytes > MAX_PAGE_BYTES;
  });
  return end === -1 ? lines.length : end;
}

function parsed(line: Buffer): Event {
  const result = parseEventLine(line);
  if (!result.ok) throw new Error(`a line that was an event is none: ${result.reason}`);
  return result.event;
}
