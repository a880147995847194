import { type ValueAtTurn, values, valuesAnswerSchema } from "@llm-sim/api";
import { agentIdSchema } from "@llm-sim/events/schema";
import * as z from "zod";

/** A turn and the value at its end; a turn alone: the variable went. */
export type ValuePoint = [turn: number, value: ValueAtTurn] | [turn: number];

/** Values by turn, whose points are looked at by one function: a schema that goes into each of 100,000 holds the page up for 200 ms. */
export const quickValues = {
  ...values,
  answer: valuesAnswerSchema.extend({
    series: z.array(
      z.object({ agent_id: agentIdSchema.optional(), points: z.custom<ValuePoint[]>(arePoints) }),
    ),
  }),
};

/** What was read from JSON holds nothing but JSON: only its shape is open. */
function arePoints(points: unknown): points is ValuePoint[] {
  return Array.isArray(points) && points.every(isPoint);
}

function isPoint(point: unknown): boolean {
  return (
    Array.isArray(point) &&
    (point.length === 1 || point.length === 2) &&
    Number.isInteger(point[0]) &&
    point[0] >= 0 &&
    (typeof point[1] !== "object" || point[1] === null)
  );
}
