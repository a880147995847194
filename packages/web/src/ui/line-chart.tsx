import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCompact, formatCount, formatNumber } from "../logic/format/index.ts";

export interface Line {
  label: string;
  /** By turn. */
  values: readonly (number | null)[];
  color: string;
  dash: number[];
}

interface LineChartProps {
  name: string;
  lines: readonly Line[];
  /** The turn a line marks. */
  cursor: number | undefined;
  height?: number;
  /** A point was clicked: its turn and value. */
  onPick?: (turn: number, value: number) => void;
}

/** Curves over turns. */
export function LineChart({ name, lines, cursor, height = 150, onPick }: LineChartProps) {
  const root = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const marked = useRef(cursor);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const plot = new uPlot(options(lines, element.clientWidth, height, marked), dataOf(lines), element);
    chart.current = plot;
    const click = (event: MouseEvent) => {
      const box = plot.over.getBoundingClientRect();
      const turn = Math.round(plot.posToVal(event.clientX - box.left, "x"));
      pick.current?.(turn, plot.posToVal(event.clientY - box.top, "y"));
    };
    plot.over.addEventListener("click", click);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [lines, height]);

  useEffect(() => {
    marked.current = cursor;
    chart.current?.redraw(false, false);
  }, [cursor]);

  const last = lines.map(
    ({ label, values }) => `${label} ends at ${formatNumber(values.at(-1) ?? Number.NaN)}`,
  );
  return (
    <div ref={root} className="line-chart" role="img" aria-label={`${name} over turns: ${last.join(", ")}`} />
  );
}

function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  const turns = Math.max(0, ...lines.map(({ values }) => values.length));
  return [Array.from({ length: turns }, (_, turn) => turn), ...lines.map(({ values }) => [...values])];
}

function options(
  lines: readonly Line[],
  width: number,
  height: number,
  marked: { current: number | undefined },
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: read("--ink-faint"),
    font: `11px ${read("--font")}`,
    grid: { stroke: read("--line"), width: 1 },
    ticks: { stroke: read("--line"), width: 1, size: 4 },
  };
  return {
    width,
    height,
    padding: [6, 10, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: false } },
    axes: [
      { ...axis, size: 24, incrs: INCREMENTS, values: (_, turns) => turns.map((turn) => formatCount(turn)) },
      {
        ...axis,
        size: 52,
        values: (_, values) =>
          values.map((value) => (Math.abs(value) >= 10_000 ? formatCompact(value) : formatNumber(value))),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, values, color, dash }) => ({
        label,
        stroke: color,
        width: 1.5,
        dash,
        points: { show: isSparse(values), size: 5 },
        spanGaps: false,
      })),
    ],
    hooks: {
      draw: [
        (chart) => {
          if (marked.current === undefined) return;
          const x = Math.round(chart.valToPos(marked.current, "x", true));
          const { ctx, bbox } = chart;
          if (x < bbox.left || x > bbox.left + bbox.width) return;
          ctx.fillStyle = read("--accent");
          ctx.fillRect(x - 0.75, bbox.top, 1.5, bbox.height);
        },
      ],
    },
  };
}

/** Turns are whole. */
const INCREMENTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 1_000_000];

/** A variable that comes and goes has single points, which no line shows. */
function isSparse(values: Line["values"]): boolean {
  return values.some(
    (value, at) => value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null,
  );
}
