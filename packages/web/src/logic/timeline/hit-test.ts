import type { LaneId } from "./lanes.ts";
import type { Mark } from "./marks.ts";
import { type Range, toPixel } from "./viewport.ts";

/** How far from a mark the pointer still means it, in pixels. */
const REACH = 7;

/** The mark nearest to the pointer in the lane it is over. */
export function markAt(
  marks: readonly Mark[],
  rowOf: (lane: LaneId) => number | undefined,
  range: Range,
  width: number,
  pointer: { x: number; row: number },
): Mark | undefined {
  let nearest: Mark | undefined;
  let distance = REACH;
  for (const mark of marks) {
    const away = Math.abs(toPixel(range, width, mark.position) - pointer.x);
    // Of two equally near, the later is drawn above.
    if (away > distance || rowOf(mark.lane) !== pointer.row) continue;
    nearest = mark;
    distance = away;
  }
  return nearest;
}
