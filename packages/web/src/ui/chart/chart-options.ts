import uPlot from "uplot";
import {
  type ChartData,
  type ChartScale,
  drawnValues,
  extent,
  placeOf,
  turnsOf,
} from "../../logic/charts/index.ts";
import { formatCompact, formatCount, formatNumber } from "../../logic/format/index.ts";
import { paintBands, paintMarks, paintStack } from "./paint-chart.ts";

/** What changes without the chart being made anew. */
export interface ChartMarks {
  /** The playhead's turn. */
  cursor: number | undefined;
  /** Turns at which something became true. */
  ticks: readonly number[];
  /** The turns that are filtered by; the others are shaded. */
  chosen: { from?: number | undefined; to?: number | undefined } | undefined;
}

interface ChartPlan {
  data: ChartData;
  /** It is read at the turn at which others of its kind are. */
  together: boolean;
  scale: ChartScale;
  width: number;
  height: number;
  marks: { readonly current: ChartMarks };
  /** At the place that is pointed at. */
  onRead: (place: number | undefined) => void;
  onChoose: ((from: number, to: number) => void) | undefined;
}

/** Shorter than this a drag is a click, in pixels. */
export const SLACK = 4;

/** The plan of a chart as uPlot wants it. */
export function chartOptions({ data, together, scale, width, height, marks, onRead, onChoose }: ChartPlan): {
  options: uPlot.Options;
  drawn: uPlot.AlignedData;
} {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const font = `11px ${read("--font")}`;
  const turns = turnsOf(data);
  const lastTurn = turns.at(-1) ?? 0;
  const curves = drawnValues(data);
  const all = [...curves, ...data.bands.flatMap(({ low, high }) => [low, high])];
  const axis: uPlot.Axis = {
    stroke: read("--ink-faint"),
    font,
    grid: { stroke: read("--line"), width: 1 },
    ticks: { stroke: read("--line"), width: 1, size: 4 },
  };
  // The last turn's label stands half beyond the last turn.
  const beyond = 6 + formatCount(lastTurn).length * 4;
  const options: uPlot.Options = {
    width,
    height,
    padding: [10, beyond, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: onChoose !== undefined, y: false, setScale: false, dist: SLACK },
      points: { size: 6 },
      // Charts over one another are read at the same turn.
      ...(together && { sync: { key: TOGETHER, scales: ["x", null], filters: { pub: isPointing } } }),
    },
    scales: {
      x: { time: false },
      y: {
        ...(scale === "log" && LOGARITHMIC),
        range: (chart) => {
          const { min, max } = chart.scales.x ?? {};
          const from = placeOf(turns, min ?? 0);
          const to = placeOf(turns, max ?? lastTurn);
          return rangeOf(extent(all, { from, to }, scale), scale, data.stacked);
        },
      },
    },
    axes: [
      {
        ...axis,
        size: 24,
        incrs: INCREMENTS,
        space: Math.max(50, beyond * 2 + 14),
        values: (_, at) => at.map((turn) => formatCount(turn)),
      },
      {
        ...axis,
        size: (chart, values) => labelSize(chart, values, font),
        values: (_, at) => at.map((value) => (value === null ? "" : axisNumber(value))),
      },
    ],
    series: [
      {},
      ...data.lines.map(({ label, values, color, dash, faint }) => ({
        label,
        stroke: color,
        width: faint === true ? 0.75 : 1.5,
        ...(faint === true && { alpha: 0.35 }),
        dash: [...dash],
        points: { show: !data.stacked && isSparse(values), size: 5 },
        spanGaps: false,
      })),
    ],
    hooks: {
      drawAxes: [
        (chart) => {
          if (data.stacked) paintStack(chart, turns, data.lines, curves);
          paintBands(chart, turns, data.bands);
        },
      ],
      draw: [
        (chart) =>
          paintMarks(chart, marks.current, {
            accent: read("--accent"),
            effect: read("--effect"),
            shade: read("--shade"),
          }),
      ],
      setCursor: [(chart) => onRead(chart.cursor.idx ?? undefined)],
      setSelect: [
        (chart) => {
          const { left, width: wide } = chart.select;
          if (wide < SLACK) return;
          const nearest = (at: number) => turns[chart.valToIdx(at)] ?? 0;
          const from = nearest(chart.posToVal(left, "x"));
          const to = nearest(chart.posToVal(left + wide, "x"));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onChoose?.(from, to);
        },
      ],
    },
  };
  const logged = (values: readonly (number | null)[]) =>
    scale === "log" ? values.map((value) => (value !== null && value <= 0 ? null : value)) : [...values];
  return { options, drawn: [[...turns], ...curves.map(logged)] };
}

function rangeOf(
  found: { least: number; greatest: number } | undefined,
  scale: ChartScale,
  stacked: boolean,
): uPlot.Range.MinMax {
  if (!found) return scale === "log" ? [1, 10] : [0, 1];
  const { least, greatest } = found;
  if (scale === "log") return uPlot.rangeLog(least, greatest, 10, false);
  if (stacked) return [0, Math.max(1, greatest)];
  return uPlot.rangeNum(least, greatest, 0.1, true);
}

/** As wide as the longest of its labels. */
function labelSize(chart: uPlot, values: readonly string[] | null, font: string): number {
  const longest = (values ?? []).reduce(
    (one, other) => (other && other.length > one.length ? other : one),
    "",
  );
  const { ctx } = chart;
  ctx.save();
  ctx.font = font;
  const { width } = ctx.measureText(longest);
  ctx.restore();
  return Math.max(30, Math.ceil(width) + 14);
}

function axisNumber(value: number): string {
  return Math.abs(value) >= 10_000 ? formatCompact(value) : formatNumber(value);
}

const TOGETHER = "turns";

/** What one chart tells the others: where the pointer is, and not what is pressed. */
function isPointing(type: string): boolean {
  return type === "mousemove" || type === "mouseleave";
}

/** As uPlot numbers its kinds of scales. */
const LOGARITHMIC = { distr: 3 };

/** Turns are whole. */
const INCREMENTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 1_000_000];

/** A variable that comes and goes has single points, which no line shows. */
function isSparse(values: readonly (number | null)[]): boolean {
  return values.some(
    (value, at) => value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null,
  );
}
