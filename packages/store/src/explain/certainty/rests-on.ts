import { EVENT_TYPES, type Event, type EventType } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { isMilestoneBefore, type Moment } from "../rows/index.ts";
import type { Hole } from "./hole.ts";
import type { WriteCheck } from "./write-check.ts";

/** What an answer is drawn from. Whatever is missing there makes it less than the whole truth. */
export interface RestsOn {
  /** What is said: that values are these, that these are all the events, or that these are all the causes or effects. */
  claim: "values" | "events" | "causes";
  /** The part of the log: from behind so many events, the earliest place at which something could matter, to a moment. */
  from: number;
  until: Moment;
  /** Only events of these turns. */
  turns?: { from: number; to: number } | undefined;
  /** Only events of these kinds; without them any. */
  kinds?: readonly EventType[] | undefined;
  /** Events are counted by their kinds: one that was recorded as another is missing from its own. */
  countsKinds?: boolean | undefined;
  /** The writes that were read. */
  writes?: WriteCheck | undefined;
  /** The causes or effects that were gone through; without them all of the run's. */
  chain?: Chain | undefined;
  /** How a recorded hash compares with the folded state at the moment. */
  hash?: { check: "agrees" | "disagrees"; turn: number; event_id: string } | undefined;
  /** Decisions whose word for the agent's memory was altered to be recorded. */
  memory?: { altered: readonly { agent_id: string; row: number }[] } | undefined;
  /** Variables that have not changed yet are missing. */
  isPartial?: boolean | undefined;
}

/** Milestones are left out of a chain: where the turn is the cause, there is nothing behind it. */
export const CHAINED: readonly EventType[] = EVENT_TYPES.filter((kind) => kind !== "MILESTONE");

export interface Chain {
  events: readonly Event[];
  /** The event that was asked about; none where all were. */
  asked?: Event | undefined;
  /** Effects are among them. */
  isOnward?: boolean;
  /** Causes that are named but not in the log. */
  missing: readonly { event_id: string; row: number }[];
}

/** Whether something that is missing there could change the answer. */
export function isInRange(view: RunView, rests: RestsOn, hole: Pick<Hole, "from" | "to" | "gap">): boolean {
  const { from, until, turns } = rests;
  const { turn_start = 0, turn_end = Number.POSITIVE_INFINITY } = hole.gap;
  if (turns !== undefined && (turn_end < turns.from || turn_start > turns.to)) return false;
  if (hole.to < from || hole.from > until.events) return false;
  if (Math.max(hole.from, from) < until.events) return true;
  return leavesOpen(view, until) && (until.end === "log" || turn_start <= until.turn);
}

/** Whether events that are missing just at the moment would still belong before it. */
function leavesOpen(view: RunView, { events, end }: Moment): boolean {
  if (end === "event") return false;
  if (isMilestoneBefore(view, events, "simulation_end")) return false;
  return end === "log" || !isMilestoneBefore(view, events, "turn_end");
}
