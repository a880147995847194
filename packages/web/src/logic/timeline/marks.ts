import { EVENT_TYPES, type Event, type EventType } from "@llm-sim/events/schema";
import { describe, eventAgent } from "@llm-sim/events/words";
import { microseconds } from "../format/index.ts";
import type { Axis } from "../view/index.ts";
import { type LaneId, laneOf } from "./lanes.ts";

/** One event in the timeline. */
export interface Mark {
  id: string;
  kind: EventType;
  kindIndex: number;
  lane: LaneId;
  turn: number;
  /** On the axis. */
  position: number;
  timestamp: string;
  agent: string | undefined;
  text: string;
}

/**
 * Marks of whole turns. Over turns, a turn's events stand side by side in their order, so that a cause is always left of
 * its effect; over time, each at its moment.
 */
export function marksOf(events: readonly Event[], axis: Axis): Mark[] {
  const inTurn = new Map<number, number>();
  for (const { turn_number: turn } of events) inTurn.set(turn, (inTurn.get(turn) ?? 0) + 1);
  const seen = new Map<number, number>();
  return events.map((event) => {
    const turn = event.turn_number;
    const rank = seen.get(turn) ?? 0;
    seen.set(turn, rank + 1);
    return {
      id: event.event_id,
      kind: event.event_type,
      kindIndex: EVENT_TYPES.indexOf(event.event_type),
      lane: laneOf(event),
      turn,
      position:
        axis === "time"
          ? (microseconds(event.timestamp) ?? 0)
          : turn + (rank + 0.5) / (inTurn.get(turn) ?? 1),
      timestamp: event.timestamp,
      agent: eventAgent(event),
      text: describe(event),
    };
  });
}
