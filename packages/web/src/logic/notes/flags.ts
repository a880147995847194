import type { Note } from "@llm-sim/api";
import type { Range } from "../timeline/index.ts";
import type { Axis } from "../view/index.ts";

/** Where a note, or several that are near each other, stand on an axis that shows the whole run. */
export interface NoteFlag {
  /** From the axis' left end, 0 to 1. */
  share: number;
  /** At least one. */
  notes: readonly [Note, ...Note[]];
}

/** Nearer than this share of the axis, notes have one flag. */
const APART = 0.012;

/** Flags of the notes that are about a moment, from left to right. By time only an event's is known, which its id tells. */
export function noteFlags(notes: readonly Note[], axis: Axis, { from, to }: Range): NoteFlag[] {
  const placed = notes
    .flatMap((note) => {
      const position = axis === "turn" ? turnOf(note) : timeOf(note);
      return position === undefined ? [] : [{ note, share: (position - from) / (to - from) }];
    })
    .filter(({ share }) => share >= 0 && share <= 1)
    .toSorted((one, other) => one.share - other.share);
  const flags: { share: number; notes: [Note, ...Note[]] }[] = [];
  for (const { note, share } of placed) {
    const last = flags.at(-1);
    if (last !== undefined && share - last.share < APART) last.notes.push(note);
    else flags.push({ share, notes: [note] });
  }
  return flags;
}

/** The middle of its turn. */
function turnOf({ turn }: Note): number | undefined {
  return turn === undefined ? undefined : turn + 0.5;
}

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base32
/** Of a ULID, the first ten digits are milliseconds since 1970 (https://github.com/ulid/spec). */
const TIME_DIGITS = 10;

/** In microseconds. */
function timeOf({ event_id }: Note): number | undefined {
  if (event_id === undefined) return undefined;
  let milliseconds = 0;
  for (const digit of event_id.slice(0, TIME_DIGITS))
    milliseconds = milliseconds * 32 + DIGITS.indexOf(digit);
  return milliseconds * 1000;
}
