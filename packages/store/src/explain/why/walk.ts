import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { Pace, Steps } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import { RememberedSteps } from "../cause/index.ts";
import { MAX_ANSWER_BYTES } from "../rows/index.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
/** Events that an explanation is made from. */
const MAX_WALKED = 2000;
/** Neighbours that are looked at between two looks at the clock: `RememberedSteps` may read an event for each. */
const LOOKED_AT_ONCE = 256;

export interface Walked {
  row: number;
  /** Steps from where the walk began, the shortest way. */
  depth: number;
  /** The event, nearer to where the walk began, that led here; -1 of the first. */
  from: number;
}

/** What ended a walk before its end. */
export type Cut = "depth" | "size";

export interface Walk {
  /** Breadth first, each event once; the first is where it began. */
  steps: Walked[];
  /** Something lies further on than the depth, or than an answer holds. */
  truncated: Cut | false;
  /** Causes that are named but not in the log. */
  missing: { event_id: string; row: number }[];
}

/** Back along caused_by, nearest first. Milestones are left out: where the turn is the cause, there is nothing behind it. */
export async function walkBack(index: RunIndex, start: number, depth: number, pace: Pace): Promise<Walk> {
  const missing: Walk["missing"] = [];
  const way: Way = {
    *next(row) {
      for (const cause of index.edges.causesOf(row)) {
        if (typeof cause === "string") missing.push({ event_id: cause, row });
        else yield cause;
      }
    },
    isOn: (cause) => !isMilestone(index, cause),
  };
  return { ...(await breadthFirst(index, start, depth, way, pace)), missing };
}

/**
 * Forward to the effects. A milestone leads to what happens in its turn, which explains nothing: none is passed through;
 * nor is the step to a decision that may remember this one.
 */
export async function walkForward(view: RunView, start: number, depth: number, pace: Pace): Promise<Walk> {
  const { index } = view;
  const remembered = new RememberedSteps(view);
  const way: Way = {
    next: (row) => index.edges.effectsOf(row),
    isOn: (effect, row) => !isMilestone(index, effect) && !remembered.has(effect, row),
  };
  return { ...(await breadthFirst(index, start, depth, way, pace)), missing: [] };
}

export function depthsOf({ steps }: Walk): Map<number, number> {
  return new Map(steps.map(({ row, depth }) => [row, depth]));
}

/** How far the known events are from one of them, the shortest way among them. */
export function* depthsIn(
  index: RunIndex,
  start: number,
  known: { has(row: number): boolean },
): Steps<Map<number, number>> {
  const depths = new Map([[start, 0]]);
  let looked = 0;
  for (const [row, depth] of depths) {
    for (const cause of index.edges.causesOf(row)) {
      if (++looked % 1024 === 0) yield;
      if (typeof cause !== "number" || depths.has(cause) || !known.has(cause)) continue;
      depths.set(cause, depth + 1);
    }
  }
  return depths;
}

export function isMilestone(index: RunIndex, row: number): boolean {
  return index.columns.kind(row) === MILESTONE;
}

/** Where a walk goes on from an event: its neighbours, and which of them are on the way. */
interface Way {
  next: (row: number) => Iterable<number>;
  isOn: (row: number, from: number) => boolean;
}

async function breadthFirst(
  index: RunIndex,
  start: number,
  depth: number,
  { next, isOn }: Way,
  pace: Pace,
): Promise<Pick<Walk, "steps" | "truncated">> {
  const steps: Walked[] = [{ row: start, depth: 0, from: -1 }];
  const seen = new Set([start]);
  let bytes = index.columns.length(start);
  let looked = 0;
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at];
    if (step === undefined) break;
    for (const row of next(step.row)) {
      // An event can have any number of effects that are not told of.
      if (++looked % LOOKED_AT_ONCE === 0 && pace.isDue) await pace.yieldIfDue();
      if (seen.has(row) || !isOn(row, step.row)) continue;
      bytes += index.columns.length(row);
      const isFull = steps.length === MAX_WALKED || bytes > MAX_ANSWER_BYTES;
      if (step.depth === depth || isFull)
        return { steps, truncated: step.depth === depth ? "depth" : "size" };
      seen.add(row);
      steps.push({ row, depth: step.depth + 1, from: step.row });
    }
  }
  return { steps, truncated: false };
}
