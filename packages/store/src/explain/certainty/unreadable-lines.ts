import type { RunView } from "../../reader/index.ts";
import type { Gap } from "../answers/index.ts";
import { lastTurn } from "../moment/index.ts";
import { type KnownRun, turnsText } from "./hole.ts";
import { isInRange, type RestsOn } from "./rests-on.ts";

/** Lines in the range that are no events: what they were, a change of any variable among it, is not known. */
export function unreadableLines({ view }: KnownRun, rests: RestsOn): Gap[] {
  let [total, inRange, first, last] = [0, 0, Number.POSITIVE_INFINITY, 0];
  const { index } = view;
  // Where times go back and forth, a line's place does not tell what it stands between.
  const anywhere = view.isInLogOrder
    ? undefined
    : { turns: turnsAround(view, 0), places: [0, index.rows] as const };
  for (const { row, lines } of view.unreadable()) {
    total += lines;
    const [turn_start, turn_end] = anywhere?.turns ?? turnsAround(view, row);
    const [from, to] = anywhere?.places ?? [row, row];
    if (!isInRange(view, rests, { from, to, gap: { kind: "unreadable", message: "", turn_start, turn_end } }))
      continue;
    inRange += lines;
    first = Math.min(first, turn_start);
    last = Math.max(last, turn_end);
  }
  if (inRange === 0) return [];
  const [what, they] = inRange === 1 ? ["A line", "it"] : [`${inRange} lines`, "they"];
  const among = total === inRange ? "" : `, of ${total} in the whole log,`;
  return [
    {
      kind: "unreadable",
      message: `${what} of ${turnsText(first, last)}${among} cannot be read: what ${they} said, maybe a change of any variable, is not known.`,
      turn_start: first,
      turn_end: last,
      needed: "the lines as they were written; verify says where they stand",
    },
  ];
}

/** Of the events before and behind a place in the log. */
export function turnsAround({ index, isInLogOrder }: RunView, row: number): [first: number, last: number] {
  const { columns, order, rows } = index;
  if (!isInLogOrder || !order.turnsAscend) return [0, lastTurn(index)];
  const before = columns.turn[row - 1] ?? 0;
  return [before, row < rows ? (columns.turn[row] ?? before) : before];
}
