import { EVENT_TYPES } from "@llm-sim/events/schema";
import { KIND_STYLES, type KindShape } from "../../../logic/palette/index.ts";

/** Traces a kind's shape around a centre; `radius` in CSS pixels. */
export function traceShape(
  context: CanvasRenderingContext2D,
  kind: number,
  x: number,
  y: number,
  radius: number,
): void {
  const name = EVENT_TYPES[kind];
  context.beginPath();
  if (name) TRACES[KIND_STYLES[name].shape](context, x, y, radius);
}

const TRACES: Record<
  KindShape,
  (context: CanvasRenderingContext2D, x: number, y: number, r: number) => void
> = {
  diamond(context, x, y, r) {
    polygon(context, [x, y - r - 1, x + r + 1, y, x, y + r + 1, x - r - 1, y]);
  },
  circle(context, x, y, r) {
    context.arc(x, y, r, 0, Math.PI * 2);
  },
  triangle(context, x, y, r) {
    polygon(context, [x, y - r - 0.5, x + r + 0.5, y + r * 0.85, x - r - 0.5, y + r * 0.85]);
  },
  square(context, x, y, r) {
    context.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
  },
  dot(context, x, y, r) {
    context.arc(x, y, r * 0.6, 0, Math.PI * 2);
  },
  cross(context, x, y, r) {
    const a = r * 0.4;
    polygon(context, [
      x - r,
      y - r + a,
      x - r + a,
      y - r,
      x,
      y - a,
      x + r - a,
      y - r,
      x + r,
      y - r + a,
      x + a,
      y,
      x + r,
      y + r - a,
      x + r - a,
      y + r,
      x,
      y + a,
      x - r + a,
      y + r,
      x - r,
      y + r - a,
      x - a,
      y,
    ]);
  },
};

function polygon(context: CanvasRenderingContext2D, points: readonly number[]): void {
  for (let at = 0; at < points.length; at += 2) {
    const [x = 0, y = 0] = points.slice(at, at + 2);
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}
