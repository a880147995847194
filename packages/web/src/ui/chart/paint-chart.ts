import type uPlot from "uplot";
import { type Band, type Line, stretches } from "../../logic/charts/index.ts";
import type { ChartMarks } from "./chart-options.ts";

/** Fills what lies between a band's two edges; where there is none, nothing. */
export function paintBands(chart: uPlot, turns: readonly number[], bands: readonly Band[]): void {
  within(chart, (context) => {
    for (const { low, high, color, opacity } of bands) {
      context.globalAlpha = opacity;
      context.fillStyle = color;
      for (const stretch of stretches(low)) fillBetween(chart, turns, context, low, high, stretch);
    }
  });
}

/** Fills what lies between each line and the one below it. */
export function paintStack(
  chart: uPlot,
  turns: readonly number[],
  lines: readonly Line[],
  sums: readonly (readonly (number | null)[])[],
): void {
  within(chart, (context) => {
    context.globalAlpha = 0.55;
    for (const [at, { color }] of lines.entries()) {
      const high = sums[at] ?? [];
      const low = at === 0 ? high.map((value) => (value === null ? null : 0)) : (sums[at - 1] ?? []);
      context.fillStyle = color;
      for (const stretch of stretches(high)) fillBetween(chart, turns, context, low, high, stretch);
    }
  });
}

/** The playhead's line, a tick at the top for each moment, and a shade over the turns that the filter leaves out. */
export function paintMarks(
  chart: uPlot,
  { cursor, ticks, chosen }: ChartMarks,
  { accent, effect, shade }: { accent: string; effect: string; shade: string },
): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio || 1;
  const place = (turn: number) => Math.round(chart.valToPos(turn, "x", true));
  const isInside = (x: number) => x >= bbox.left - 1 && x <= bbox.left + bbox.width + 1;
  ctx.save();
  const [from, to] = [chosen?.from ?? Number.NEGATIVE_INFINITY, chosen?.to ?? Number.POSITIVE_INFINITY];
  const [start, end] = [bbox.left, bbox.left + bbox.width];
  const inside = (x: number) => Math.min(end, Math.max(start, x));
  ctx.fillStyle = shade;
  if (Number.isFinite(from)) ctx.fillRect(start, bbox.top, inside(place(from)) - start, bbox.height);
  if (Number.isFinite(to)) ctx.fillRect(inside(place(to)), bbox.top, end - inside(place(to)), bbox.height);
  ctx.fillStyle = effect;
  let last = Number.NEGATIVE_INFINITY;
  for (const turn of ticks) {
    const x = place(turn);
    if (!isInside(x) || x - last < ratio) continue;
    last = x;
    ctx.fillRect(x - ratio, bbox.top - 8 * ratio, 2 * ratio, 7 * ratio);
    ctx.globalAlpha = ticks.length > 60 ? 0.1 : 0.35;
    ctx.fillRect(x - ratio / 2, bbox.top, ratio, bbox.height);
    ctx.globalAlpha = 1;
  }
  if (cursor !== undefined && isInside(place(cursor))) {
    ctx.fillStyle = accent;
    ctx.fillRect(place(cursor) - 0.75, bbox.top, 1.5 * ratio, bbox.height);
  }
  ctx.restore();
}

function within(chart: uPlot, paint: (context: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx);
  ctx.restore();
}

function fillBetween(
  chart: uPlot,
  turns: readonly number[],
  context: CanvasRenderingContext2D,
  low: readonly (number | null)[],
  high: readonly (number | null)[],
  [first, last]: readonly [number, number],
): void {
  const y = (value: number | null | undefined) => {
    const place = chart.valToPos(value ?? 0, "y", true);
    // On a logarithmic scale what is not above 0 lies below everything.
    return Number.isFinite(place) ? place : chart.bbox.top + chart.bbox.height;
  };
  const x = (place: number) => chart.valToPos(turns[place] ?? 0, "x", true);
  context.beginPath();
  if (first === last) {
    // A single place has no width of its own.
    context.rect(x(first) - 2, y(high[first]), 4, y(low[first]) - y(high[first]));
  } else {
    for (let place = first; place <= last; place++) context.lineTo(x(place), y(high[place]));
    for (let place = last; place >= first; place--) context.lineTo(x(place), y(low[place]));
  }
  context.fill();
}
