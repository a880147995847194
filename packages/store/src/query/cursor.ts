import { invalidArgument } from "../errors.ts";
import type { RunIndex } from "../run-index/index.ts";

const CURSOR = /^([0-9a-z]{1,8})\.([0-7][0-9A-HJKMNP-TV-Z]{25})$/;

/** Names the last event of a page; opaque to those it is given to. Events do not go, so it stays good while the run grows. */
export function encodeCursor(index: RunIndex, row: number): string {
  return Buffer.from(`${row.toString(36)}.${index.idOf(row)}`).toString("base64url");
}

/** @returns the row of the event it names; throws INVALID_ARGUMENT where it is none of this run's */
export function decodeCursor(index: RunIndex, cursor: string): number {
  const [, place = "", eventId = ""] = CURSOR.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  // The row is a guess that spares a search: where times go back and forth, an event's may change as the run grows.
  const row = Number.parseInt(place, 36);
  if (row < index.rows && index.idOf(row) === eventId) return row;
  const found = eventId === "" ? -1 : index.find(eventId);
  if (found < 0)
    throw invalidArgument("cursor", "it is no cursor of this run; take next_cursor of the page before");
  return found;
}
