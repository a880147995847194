import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import {
  type Band,
  belowLog,
  type ChartData,
  type ChartScale,
  chartCsv,
  type Line,
  placeAtKey,
  placeOf,
  readingAt,
  readingText,
  turnsOf,
} from "../logic/charts/index.ts";
import { plural } from "../logic/format/index.ts";
import { ChartLegend, type ChartMarks, chartOptions, chartPicture, SLACK } from "./chart/index.ts";
import { saveFile } from "./save-file.ts";

interface LineChartProps {
  name: string;
  /** In the order of the legend. */
  lines: readonly Line[];
  /** The turn of each place in the lines; without them the places themselves, from 0. */
  turns?: readonly number[];
  /** Under the lines, the widest first: quantiles of many. */
  bands?: readonly Band[];
  /** The lines are counts: they are drawn one upon another, filled. */
  stacked?: boolean;
  scale?: ChartScale;
  /** The turn a line marks; also where values are read while nothing is pointed at. */
  cursor: number | undefined;
  /** Turns that are ticked off at the top: where a condition became true. */
  ticks?: readonly number[];
  /** The turns that are filtered by: the others are shaded. */
  chosen?: ChartMarks["chosen"];
  /** It is read at the turn at which the page's other charts are. */
  together?: boolean;
  /** In pixels, or all that the surrounding column leaves. */
  height?: number | "fill";
  /** A point was clicked: its turn and value. */
  onPick?: (turn: number, value: number) => void;
  /** Turns were dragged over, both ends included. */
  onChoose?: (from: number, to: number) => void;
  /** With it the scale can be changed. */
  onScale?: (scale: ChartScale) => void;
  /** What the files are called that the chart is saved as. */
  fileName?: string;
}

const NO_BANDS: readonly Band[] = [];
const NO_TICKS: readonly number[] = [];

/** Curves over turns, whose values can be read at any of them. */
export function LineChart({
  name,
  lines,
  turns,
  bands = NO_BANDS,
  stacked = false,
  scale = "linear",
  cursor,
  ticks = NO_TICKS,
  chosen,
  together = false,
  height = 150,
  onPick,
  onChoose,
  onScale,
  fileName = name,
}: LineChartProps) {
  const root = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const marks = useRef<ChartMarks>({ cursor, ticks, chosen });
  const told = useRef({ onPick, onChoose });
  told.current = { onPick, onChoose };
  /** The place where a choice by keys began. */
  const anchor = useRef<number | undefined>(undefined);
  const [read, setRead] = useState<number>();
  const data = useMemo<ChartData>(() => ({ lines, bands, stacked, turns }), [lines, bands, stacked, turns]);
  const axis = useMemo(() => turnsOf(data), [data]);
  const last = Math.max(0, axis.length - 1);
  const place = Math.min(last, read ?? (cursor === undefined ? last : placeOf(axis, cursor)));
  const turn = axis[place] ?? 0;
  const chooses = onChoose !== undefined;

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const size = () => ({
      width: element.clientWidth,
      height: height === "fill" ? Math.max(MIN_HEIGHT, element.clientHeight) : height,
    });
    const { options, drawn } = chartOptions({
      data,
      together,
      scale,
      ...size(),
      marks,
      onRead: setRead,
      onChoose: chooses ? (from, to) => told.current.onChoose?.(from, to) : undefined,
    });
    const plot = new uPlot(options, drawn, element);
    chart.current = plot;
    let pressed = 0;
    const down = (event: MouseEvent) => {
      pressed = event.clientX;
    };
    const click = (event: MouseEvent) => {
      if (Math.abs(event.clientX - pressed) >= SLACK) return;
      const box = plot.over.getBoundingClientRect();
      const at = plot.data[0][plot.posToIdx(event.clientX - box.left)] ?? 0;
      told.current.onPick?.(at, plot.posToVal(event.clientY - box.top, "y"));
    };
    plot.over.addEventListener("mousedown", down);
    plot.over.addEventListener("click", click);
    const observer = new ResizeObserver(() => plot.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [data, scale, height, chooses, together]);

  useEffect(() => {
    marks.current = { cursor, ticks, chosen };
    chart.current?.redraw(false, false);
  }, [cursor, ticks, chosen]);

  function choose(plot: uPlot, from: number, to: number): void {
    const [left, right] = [Math.min(from, to), Math.max(from, to)].map((at) =>
      plot.valToPos(axis[at] ?? 0, "x"),
    );
    plot.setSelect(
      {
        left: left ?? 0,
        width: Math.max(1, (right ?? 0) - (left ?? 0)),
        top: 0,
        height: plot.over.clientHeight,
      },
      false,
    );
  }
  function press(event: React.KeyboardEvent): void {
    const plot = chart.current;
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      const from = anchor.current;
      anchor.current = undefined;
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      if (from !== undefined && onChoose)
        onChoose(axis[Math.min(from, place)] ?? 0, axis[Math.max(from, place)] ?? 0);
      else onPick?.(turn, lines.find(({ values }) => (values[place] ?? null) !== null)?.values[place] ?? 0);
    } else if (event.key === "Escape" && read !== undefined) {
      anchor.current = undefined;
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      setRead(undefined);
    } else {
      const step = placeAtKey(event, place, last);
      if (!step) return;
      if (step.chooses && onChoose) {
        anchor.current ??= place;
        choose(plot, anchor.current, step.place);
      } else anchor.current = undefined;
      plot.setCursor({ left: plot.valToPos(axis[step.place] ?? 0, "x"), top: 1 });
      setRead(step.place);
    }
    event.preventDefault();
    event.stopPropagation();
  }
  function picture(): void {
    const canvas = chart.current?.ctx.canvas;
    if (canvas)
      void chartPicture(name, canvas, data).then((image) => image && saveFile(image, `${fileName}.png`));
  }

  const below = scale === "log" ? belowLog(data) : undefined;
  return (
    <div className={`chart-frame${height === "fill" ? " chart-fills" : ""}`}>
      <div
        ref={root}
        className="line-chart"
        role="slider"
        tabIndex={0}
        aria-label={`${name} over turns`}
        aria-valuemin={axis[0] ?? 0}
        aria-valuemax={axis.at(-1) ?? 0}
        aria-valuenow={turn}
        aria-valuetext={readingText(readingAt(data, place))}
        onKeyDown={press}
        onBlur={() => setRead(undefined)}
      />
      <div className="chart-foot">
        <ChartLegend data={data} place={place} />
        <span className="chart-tools">
          {onScale && !stacked && (
            <button
              type="button"
              className="button quiet"
              aria-pressed={scale === "log"}
              title="Logarithmic scale"
              onClick={() => onScale(scale === "log" ? "linear" : "log")}
            >
              log
            </button>
          )}
          <button
            type="button"
            className="button quiet"
            title={`Save ${name} as a picture`}
            onClick={picture}
          >
            PNG
          </button>
          <button
            type="button"
            className="button quiet"
            title={`Save the values of ${name} as a table`}
            onClick={() => saveFile(new Blob([chartCsv(data)], { type: "text/csv" }), `${fileName}.csv`)}
          >
            CSV
          </button>
        </span>
      </div>
      {below !== undefined && below.values > 0 && (
        <p className="chart-note">
          {`Not drawn: ${plural(below.values, "value")} of 0 or less (${below.of.slice(0, 3).join(", ")}${below.of.length > 3 ? " …" : ""}); a logarithmic scale has no place for them.`}
        </p>
      )}
    </div>
  );
}

const MIN_HEIGHT = 120;
