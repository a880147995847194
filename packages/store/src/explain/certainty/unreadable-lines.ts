import type { Gap } from "@llm-sim/api";
import type { RunView } from "../../reader/index.ts";
import { isMilestoneBefore, lastTurn } from "../rows/index.ts";
import { type KnownRun, type Turns, turnRange, turnsText } from "./hole.ts";
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
    const turns = anywhere?.turns ?? turnsAround(view, row);
    const [from, to] = anywhere?.places ?? [row, row];
    if (!isInRange(view, rests, { from, to, gap: { kind: "unreadable", message: "", ...turnRange(turns) } }))
      continue;
    inRange += lines;
    first = Math.min(first, turns[0]);
    last = Math.max(last, turns[1]);
  }
  if (inRange === 0) return [];
  const [what, they] = inRange === 1 ? ["A line", "it"] : [`${inRange} lines`, "they"];
  const among = total === inRange ? "" : `, of ${total} in the whole log,`;
  return [
    {
      kind: "unreadable",
      message: `${what} of ${turnsText([first, last])}${among} cannot be read: what ${they} said, maybe a change of any variable, is not known.`,
      ...turnRange([first, last]),
      needed: "the lines as they were written; verify says where they stand",
    },
  ];
}

/** Of the events before and behind a place in the log. */
export function turnsAround(view: RunView, row: number): Turns {
  const { columns, order, rows } = view.index;
  const end = isMilestoneBefore(view, rows, "simulation_end")
    ? lastTurn(view.index)
    : Number.POSITIVE_INFINITY;
  if (!view.isInLogOrder || !order.turnsAscend) return [0, end];
  return [columns.turn(row - 1), row < rows ? columns.turn(row) : end];
}
