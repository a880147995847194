import { batchCurves, batchCurvesAnswerSchema } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import * as z from "zod";

/** A turn and what the variable was at its end; without a value where it was gone. */
export type CurvePoint = [turn: number, ...value: JsonValue[]];

/**
 * The curves of a batch, whose points are looked at by one function: a schema that goes into each of the 200,000 points of a
 * thousand runs takes longer than drawing them.
 */
export const quickBatchCurves = {
  ...batchCurves,
  answer: batchCurvesAnswerSchema.extend({
    curves: z.array(
      z.object({ id: z.string(), turns: z.int().min(0), points: z.custom<CurvePoint[]>(arePoints) }),
    ),
  }),
};
export type BatchCurves = z.output<typeof quickBatchCurves.answer>;

/** What was read from JSON holds nothing but JSON: only its shape is open. */
function arePoints(value: unknown): value is CurvePoint[] {
  return Array.isArray(value) && value.every(isPoint);
}

function isPoint(point: unknown): boolean {
  return Array.isArray(point) && point.length <= 2 && Number.isInteger(point[0]) && point[0] >= 0;
}
