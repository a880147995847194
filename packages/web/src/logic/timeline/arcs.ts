import type { CausalityAnswer } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { microseconds } from "../format/index.ts";
import type { Axis } from "../view/index.ts";
import { type LaneId, laneOf } from "./lanes.ts";
import type { Mark } from "./marks.ts";

export interface ArcEnd {
  id: string;
  lane: LaneId;
  position: number;
}

/** From a cause to its effect; one of the two is the selected event. */
export interface Arc {
  role: "cause" | "effect";
  from: ArcEnd;
  to: ArcEnd;
}

/** An event with thousands of effects (a turn's start) would hide the lanes behind its arcs. */
const MAX_ARCS = 150;

/**
 * The selected event's own causes and effects. An end that is not drawn event by event stands in its turn's middle, or,
 * in the selected event's own turn, halfway between that and the turn's edge, so that a cause stays left of its effect.
 */
export function arcsOf(causality: CausalityAnswer, marks: ReadonlyMap<string, Mark>, axis: Axis): Arc[] {
  const selected = endOf(causality.event, marks, axis, undefined);
  const direct = ({ depth }: { depth: number }) => depth === 1;
  return [
    ...causality.upstream.filter(direct).map(
      (event): Arc => ({
        role: "cause",
        from: endOf(event, marks, axis, [selected, "cause"]),
        to: selected,
      }),
    ),
    ...causality.downstream.filter(direct).map(
      (event): Arc => ({
        role: "effect",
        from: selected,
        to: endOf(event, marks, axis, [selected, "effect"]),
      }),
    ),
  ].slice(0, MAX_ARCS);
}

function endOf(
  event: Event,
  marks: ReadonlyMap<string, Mark>,
  axis: Axis,
  beside: [ArcEnd, Arc["role"]] | undefined,
): ArcEnd {
  const drawn = marks.get(event.event_id)?.position;
  const position =
    drawn ?? (axis === "time" ? (microseconds(event.timestamp) ?? 0) : withinTurn(event.turn_number, beside));
  return { id: event.event_id, lane: laneOf(event), position };
}

function withinTurn(turn: number, beside: [ArcEnd, Arc["role"]] | undefined): number {
  if (!beside || Math.floor(beside[0].position) !== turn) return turn + 0.5;
  const [{ position }, role] = beside;
  return (position + (role === "cause" ? turn : turn + 1)) / 2;
}
