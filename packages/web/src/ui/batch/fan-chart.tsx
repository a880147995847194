import { useEffect, useId, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import {
  type BatchCurves,
  drawnCurve,
  extentOf,
  lastTurn,
  type NearCurve,
  nearestCurve,
  neighbourCurve,
  type RunCurve,
  valueAt,
} from "../../logic/batch/index.ts";
import { formatCompact, formatCount, formatNumber } from "../../logic/format/index.ts";
import { useTheme } from "../session/index.ts";
import { paintRuns, paintStrong } from "./paint-fan.ts";
import type { RunLooks } from "./run-colors.ts";

/** How near to a curve the pointer has to come, in pixels. */
const REACH = 24;

interface FanChartProps {
  name: string;
  answer: BatchCurves;
  curves: readonly RunCurve[];
  looks: RunLooks;
  /** The turn from which the runs part. */
  parting: number | undefined;
  height: number;
  /** Which run it is, for a person. */
  wordsOf: (id: string) => string;
  /** A run was chosen by its curve, at a turn. */
  onPick: (id: string, turn: number) => void;
}

/** Where the pointer or the keys are: a turn, and the run whose curve is nearest there. */
interface Spot {
  turn: number;
  near: NearCurve | undefined;
}

/** How a variable went in all runs: each faintly, the middle of them, and between which values eight of ten lie. */
export function FanChart(props: FanChartProps) {
  const { name, answer, curves, looks, parting, height, wordsOf, onPick } = props;
  const theme = useTheme();
  const root = useRef<HTMLDivElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [spot, setSpot] = useState<Spot>();
  const [width, setWidth] = useState(0);
  const help = useId();
  const drawn = useMemo(
    () => curves.map((curve) => drawnCurve(curve, answer.every_turns)),
    [curves, answer.every_turns],
  );
  const byId = useMemo(() => new Map(drawn.map((curve) => [curve.id, curve])), [drawn]);
  const last = lastTurn(curves);
  const latest = useRef({ looks, curves, onPick });
  latest.current = { looks, curves, onPick };

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const made = new uPlot(
      options({
        answer,
        curves,
        height,
        width: element.clientWidth,
        parting,
        paintBehind: (chart, ink) => paintRuns(chart, drawn, latest.current.looks, ink),
      }),
      bandData(answer, last),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height });
      setWidth(element.clientWidth);
    });
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [answer, drawn, height, theme, looks.groups, parting]);

  // Over the chart, so that it is not drawn anew with every movement.
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again where the chart is another or has another size
  useEffect(() => {
    const [canvas, chart] = [overlay.current, plot.current];
    const context = canvas?.getContext("2d");
    if (!canvas || !chart || !context) return;
    canvas.width = chart.ctx.canvas.width;
    canvas.height = chart.ctx.canvas.height;
    const ground = colorOf("--ground");
    for (const [id, look] of looks.picked) {
      const curve = byId.get(id);
      if (curve) paintStrong(context, chart, curve, look, ground);
    }
    const near = spot?.near;
    const curve = near && byId.get(near.curve.id);
    if (!near || !curve) return;
    const look = looks.picked.get(curve.id) ?? { color: colorOf("--ink"), dash: [] };
    paintStrong(context, chart, curve, look, ground);
    context.fillStyle = look.color;
    context.beginPath();
    const [x, y] = [chart.valToPos(spot.turn, "x", true), chart.valToPos(near.value, "y", true)];
    context.arc(x, y, 4.5 * devicePixelRatio, 0, 7);
    context.fill();
  }, [byId, looks, spot, width, theme, answer, height]);

  function spotAt(event: React.MouseEvent): Spot | undefined {
    const chart = plot.current;
    if (!chart) return undefined;
    const box = chart.over.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (x < 0 || y < 0 || x > box.width || y > box.height) return undefined;
    const turn = Math.max(0, Math.min(last, Math.round(chart.posToVal(x, "x"))));
    const value = chart.posToVal(y, "y");
    const reach = Math.abs(chart.posToVal(y + REACH, "y") - value);
    return { turn, near: nearestCurve(curves, turn, value, reach) };
  }

  function press(event: React.KeyboardEvent): void {
    const from = spot ?? { turn: last, near: undefined };
    const { turn, near } = from;
    const id = near?.curve.id;
    const step = event.shiftKey ? 10 : 1;
    if (event.key === "ArrowUp" || event.key === "ArrowDown")
      setSpot({
        turn,
        near: neighbourCurve(curves, turn, id, event.key === "ArrowUp" ? "up" : "down"),
      });
    else if (event.key === "ArrowLeft") setSpot(moved(from, Math.max(0, turn - step)));
    else if (event.key === "ArrowRight") setSpot(moved(from, Math.min(last, turn + step)));
    else if (event.key === "Home") setSpot(moved(from, 0));
    else if (event.key === "End") setSpot(moved(from, last));
    else if ((event.key === "Enter" || event.key === " ") && id !== undefined) onPick(id, turn);
    else if (event.key === "Escape" && spot) setSpot(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const chart = plot.current;
  const near = spot?.near;
  const tip =
    near && `${wordsOf(near.curve.id)}: ${formatNumber(near.value)} at turn ${formatCount(spot.turn)}`;
  const left = chart && spot ? chart.valToPos(spot.turn, "x") + chart.bbox.left / devicePixelRatio : 0;
  const top = chart && near ? chart.valToPos(near.value, "y") + chart.bbox.top / devicePixelRatio : 0;
  return (
    <div
      className="fan-chart"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys
      tabIndex={0}
      aria-label={`${name} over turns in ${curves.length} runs`}
      aria-describedby={help}
      style={{ height }}
      onPointerMove={(event) => event.pointerType !== "touch" && setSpot(spotAt(event))}
      onPointerLeave={() => setSpot(undefined)}
      onClick={(event) => {
        const here = spotAt(event);
        setSpot(here);
        if (here?.near) onPick(here.near.curve.id, here.turn);
      }}
      onKeyDown={press}
      onBlur={() => setSpot(undefined)}
    >
      <div ref={root} className="fan-plot" />
      <canvas ref={overlay} className="fan-overlay" />
      {tip && (
        <span className="fan-tip" style={{ left, top, transform: tipPlace(left, width) }} aria-hidden="true">
          {tip}
        </span>
      )}
      <span className="sr-only" aria-live="polite">
        {tip}
      </span>
      <span id={help} className="sr-only">
        Left and right go through the turns, up and down through the runs, Enter picks a run.
      </span>
    </div>
  );
}

/** The same run at another turn, as far as it goes. */
function moved({ near }: Spot, turn: number): Spot {
  const value = near && valueAt(near.curve, turn);
  return { turn, near: near && typeof value === "number" ? { curve: near.curve, value } : near && undefined };
}

function tipPlace(left: number, width: number): string {
  return left > width / 2 ? "translate(calc(-100% - 10px), -120%)" : "translate(10px, -120%)";
}

function bandData({ bands }: BatchCurves, last: number): uPlot.AlignedData {
  if (bands) return [bands.turns, bands.p10, bands.p50, bands.p90];
  const nothing = [null, null];
  return [[0, last], nothing, nothing, nothing];
}

function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

interface Drawing {
  answer: BatchCurves;
  curves: readonly RunCurve[];
  width: number;
  height: number;
  parting: number | undefined;
  paintBehind: (plot: uPlot, ink: string) => void;
}

function options({ curves, width, height, parting, paintBehind }: Drawing): uPlot.Options {
  const [ink, faint, line, accent] = ["--ink", "--ink-faint", "--line", "--accent"].map(colorOf);
  const axis: uPlot.Axis = {
    stroke: faint ?? "",
    font: `11px ${colorOf("--font")}`,
    grid: { stroke: line ?? "", width: 1 },
    ticks: { stroke: line ?? "", width: 1, size: 4 },
  };
  const [least, greatest] = extentOf(curves) ?? [0, 1];
  const margin = (greatest - least || Math.abs(greatest) || 1) * 0.04;
  const edge = { stroke: "transparent", width: 0, points: { show: false } };
  return {
    width,
    height,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, range: (_, from, to) => [from ?? 0, to ?? 1] },
      y: { range: () => [least - margin, greatest + margin] },
    },
    axes: [
      { ...axis, size: 24, incrs: INCREMENTS, values: (_, turns) => turns.map((turn) => formatCount(turn)) },
      {
        ...axis,
        size: 56,
        values: (_, values) =>
          values.map((value) => (Math.abs(value) >= 10_000 ? formatCompact(value) : formatNumber(value))),
      },
    ],
    series: [{}, edge, { stroke: ink ?? "", width: 2, points: { show: false } }, edge],
    bands: [{ series: [3, 1], fill: colorOf("--band") }],
    hooks: {
      drawAxes: [(plot) => paintBehind(plot, faint ?? "")],
      draw: [
        (plot) => {
          if (parting === undefined) return;
          const x = Math.round(plot.valToPos(parting, "x", true));
          plot.ctx.fillStyle = accent ?? "";
          plot.ctx.fillRect(x - devicePixelRatio / 2, plot.bbox.top, devicePixelRatio, plot.bbox.height);
        },
      ],
    },
  };
}

/** Turns are whole. */
const INCREMENTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 1_000_000];
