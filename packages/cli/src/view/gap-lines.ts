import { AS_RECORDED, type Gap, isHole } from "@llm-sim/api";
import { type Line, line, text, withIds } from "./line.ts";

/** A line for each reason why an answer may not be the whole truth. */
export function gapLines(gaps: readonly Gap[]): Line[] {
  return gaps.map((gap) => gapLine(gap));
}

/** The same in one line, the first reason in full; `undefined` where there is none. */
export function gapsInOne(gaps: readonly Gap[]): Line | undefined {
  const [first, ...others] = gaps.toSorted((a, b) => Number(isHole(b)) - Number(isHole(a)));
  if (first === undefined) return undefined;
  const more = others.length === 1 ? "1 more reason" : `${others.length} more reasons`;
  return gapLine(first, others.length === 0 ? "" : ` (And for ${more} this may not be all.)`);
}

function gapLine(gap: Gap, more = ""): Line {
  const parts = [gap.message, ...withIds(gap.event_id, gap.cause_id), more];
  return isHole(gap) ? line("gap", ...parts) : text(`${AS_RECORDED}: `, ...parts);
}
