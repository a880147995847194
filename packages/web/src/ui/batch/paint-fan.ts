import type uPlot from "uplot";
import type { DrawnCurve } from "../../logic/batch/index.ts";
import type { RunLook, RunLooks } from "./run-colors.ts";

/** So that thirty lines are seen each, and a thousand together. */
function faintness(runs: number): number {
  return Math.max(0.05, Math.min(0.55, 2.4 / Math.sqrt(runs)));
}

/** Draws every run's curve faintly, under what else is in the chart: in one pass, in the order of the runs. */
export function paintRuns(
  plot: uPlot,
  curves: readonly DrawnCurve[],
  { groups }: RunLooks,
  ink: string,
): void {
  withinPlot(plot, plot.ctx, () => {
    plot.ctx.globalAlpha = faintness(curves.length);
    plot.ctx.lineWidth = devicePixelRatio;
    for (const curve of curves) {
      plot.ctx.strokeStyle = groups.find(({ ids }) => ids.has(curve.id))?.color ?? ink;
      trace(plot.ctx, plot, curve);
    }
  });
}

/** One curve that is seen among all others. */
export function paintStrong(
  context: CanvasRenderingContext2D,
  plot: uPlot,
  curve: DrawnCurve,
  { color, dash }: RunLook,
  ground: string,
): void {
  withinPlot(plot, context, () => {
    context.lineJoin = "round";
    context.strokeStyle = ground;
    context.lineWidth = 5 * devicePixelRatio;
    trace(context, plot, curve);
    context.strokeStyle = color;
    context.lineWidth = 2.2 * devicePixelRatio;
    context.setLineDash(dash.map((length) => length * devicePixelRatio));
    trace(context, plot, curve);
  });
}

function withinPlot({ bbox }: uPlot, context: CanvasRenderingContext2D, paint: () => void): void {
  context.save();
  context.beginPath();
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  context.clip();
  paint();
  context.restore();
}

function trace(context: CanvasRenderingContext2D, plot: uPlot, { turns, values }: DrawnCurve): void {
  context.beginPath();
  let isDown = false;
  values.forEach((value, at) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const x = plot.valToPos(turns[at] ?? 0, "x", true);
    const y = plot.valToPos(value, "y", true);
    if (isDown) context.lineTo(x, y);
    else context.moveTo(x, y);
    isDown = true;
  });
  context.stroke();
}
