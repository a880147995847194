import { EVENT_TYPES, type MilestoneEvent } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import type { Moment } from "../rows/index.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
/** A turn's last milestones are few; phases come before them. */
const LOOKED_AT = 64;

export interface TurnEnd {
  event: MilestoneEvent;
  /** Just after it. */
  moment: Moment;
  hash: string | undefined;
}

/** The last turn_end before the moment. */
export function lastTurnEnd(view: RunView, { events }: Moment): TurnEnd | undefined {
  const { index } = view;
  const milestones = index.rowsOf(NO_AGENT, MILESTONE);
  const last = milestones.rank(events) - 1;
  for (let at = last; at >= 0 && at > last - LOOKED_AT; at--) {
    const row = milestones.at(at);
    const event = view.event(row);
    if (event.event_type !== "MILESTONE" || event.milestone_type !== "turn_end") continue;
    const hash = event.details?.state_hash;
    return {
      event,
      moment: { turn: event.turn_number, events: row + 1, end: "event" },
      hash: typeof hash === "string" ? hash : undefined,
    };
  }
  return undefined;
}
