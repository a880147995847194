import type { StateAnswer } from "@llm-sim/api";
import { useEffect, useMemo, useRef, useState } from "react";
import { formatCount, formatNumber, plural } from "../../../logic/format/index.ts";
import { categoryColor, cssColor, heatColor, type Theme } from "../../../logic/palette/index.ts";
import {
  changedPlaces,
  type Grid,
  gridOf,
  gridSize,
  gridsIn,
  gridValue,
  MAX_CATEGORIES,
  placeAtKey,
  placeText,
  shadeOf,
} from "../../../logic/world/index.ts";
import { Empty } from "../../parts/index.ts";
import { useTheme } from "../../session/index.ts";
import { useRun, useView } from "../session.ts";
import { useExplain } from "./use-explain.ts";
import "../../../styles/grid.css";

interface GridViewProps {
  state: StateAnswer;
  before: StateAnswer | undefined;
  turn: number;
}

/** A two-dimensional list as a map: numbers as heat, texts and booleans as categories, each place's value by pointer and by keys. */
export function GridView({ state, before, turn }: GridViewProps) {
  const { view } = useRun();
  const explain = useExplain(turn);
  const wanted = useView((one) => one.gridVariable);
  const choices = useMemo(() => gridsIn(state), [state]);
  const chosen = choices.find(({ text }) => text === wanted) ?? choices[0];
  const value = chosen && gridValue(state, chosen);
  const grid = useMemo(() => value && gridOf(value), [value]);
  const old = chosen && gridValue(before, chosen);
  const gridBefore = useMemo(() => old && gridOf(old), [old]);
  if (!chosen || !grid)
    return (
      <Empty title="No variable is a grid">
        A list of lists of numbers, texts or booleans is shown as one; there is none at this moment.
      </Empty>
    );
  const changed = changedPlaces(grid, gridBefore);
  return (
    <section className="grid-view" aria-label="Grid">
      <div className="grid-head">
        <select
          aria-label="Variable"
          value={chosen.text}
          onChange={(event) => view.set({ gridVariable: event.target.value })}
        >
          {choices.map(({ text }) => (
            <option key={text}>{text}</option>
          ))}
        </select>
        <span className="count">
          {gridSize(grid)}
          {gridBefore && ` · ${plural(changed, "place")} changed in this turn`}
        </span>
        <span className="spacer" />
        <button type="button" className="button" onClick={() => void explain(chosen.variable, chosen.agent)}>
          Why?
        </button>
      </div>
      {wanted !== "" && wanted !== chosen.text && (
        <p className="note">
          <bdi>{wanted}</bdi> is no grid at this moment.
        </p>
      )}
      <GridLegend grid={grid} />
      <GridMap name={chosen.text} grid={grid} before={gridBefore} />
    </section>
  );
}

/** Pixels of a place, at most. */
const LARGEST = 40;
/** Places along a side that are drawn; of a larger grid every second, third … one. */
const MOST_DRAWN = 2048;

function GridMap({ name, grid, before }: { name: string; grid: Grid; before: Grid | undefined }) {
  const theme = useTheme();
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const [place, setPlace] = useState<{ row: number; column: number }>();
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setRoom({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const size = Math.max(0, Math.min(LARGEST, room.width / grid.columns, room.height / grid.rows));
  const cell = size >= 1 ? Math.floor(size) : size;
  const [width, height] = [cell * grid.columns, cell * grid.rows];
  const every = Math.ceil(Math.max(grid.rows, grid.columns) / MOST_DRAWN);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, grid, every, theme);
  }, [grid, every, theme]);
  // A grid may have become smaller under it.
  const at = place && {
    row: Math.min(place.row, grid.rows - 1),
    column: Math.min(place.column, grid.columns - 1),
  };
  const reading = at ? placeText(grid, before, at.row, at.column) : undefined;
  return (
    <>
      <output className="grid-reading">
        {reading === undefined ? (
          "Point at a place, or use the arrow keys; rows and columns count from 0."
        ) : (
          <bdi>{reading}</bdi>
        )}
      </output>
      <div className="grid-room" ref={root}>
        <div
          className="grid-map"
          role="application"
          aria-roledescription="grid"
          aria-label={`${name}, ${gridSize(grid)}. Arrow keys lead from place to place.`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: places are read with the arrow keys
          tabIndex={0}
          style={{ width, height }}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const row = Math.floor((event.clientY - box.top) / cell);
            const column = Math.floor((event.clientX - box.left) / cell);
            if (row >= 0 && row < grid.rows && column >= 0 && column < grid.columns)
              setPlace({ row, column });
          }}
          onFocus={() => setPlace((now) => now ?? { row: 0, column: 0 })}
          onKeyDown={(event) => {
            if (event.ctrlKey || event.metaKey || event.altKey) return;
            const next = placeAtKey(event.key, at ?? { row: 0, column: 0 }, grid);
            if (!next) return;
            setPlace(next);
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <canvas ref={canvas} />
          {at && (
            <span
              className="grid-place"
              style={{
                left: at.column * cell,
                top: at.row * cell,
                width: Math.max(cell, 4),
                height: Math.max(cell, 4),
              }}
            />
          )}
        </div>
      </div>
      {every > 1 && <p className="note">Drawn of it: one of {formatCount(every)} rows and columns.</p>}
    </>
  );
}

/** A pixel for each place; the page stretches them. */
function paint(canvas: HTMLCanvasElement, grid: Grid, every: number, theme: Theme): void {
  const [rows, columns] = [Math.ceil(grid.rows / every), Math.ceil(grid.columns / every)];
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(columns, rows);
  const shade = shadeOf(grid);
  const color = colorsOf(grid, theme);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const place = shade(grid.at(row * every, column * every));
      if (place === undefined) continue;
      image.data.set([...color(place), 255], (row * columns + column) * 4);
    }
  context.putImageData(image, 0, 0);
}

function colorsOf({ scale }: Grid, theme: Theme): (shade: number) => readonly [number, number, number] {
  return scale.kind === "numbers"
    ? (share) => heatColor(share, scale.least, scale.greatest, theme)
    : (place) => categoryColor(place, MAX_CATEGORIES, theme);
}

/** Stops of the bar that shows the heat. */
const STOPS = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];

function GridLegend({ grid }: { grid: Grid }) {
  const theme = useTheme();
  const color = colorsOf(grid, theme);
  if (grid.scale.kind === "numbers")
    return (
      <div className="grid-legend">
        <span>{formatNumber(grid.scale.least)}</span>
        <span
          className="grid-heat"
          aria-hidden="true"
          style={{
            background: `linear-gradient(to right, ${STOPS.map((stop) => cssColor(color(stop))).join(", ")})`,
          }}
        />
        <span>{formatNumber(grid.scale.greatest)}</span>
      </div>
    );
  const { categories } = grid.scale;
  const others = categories.slice(MAX_CATEGORIES);
  return (
    <ul className="grid-legend">
      {categories.slice(0, MAX_CATEGORIES).map(({ text, count }, place) => (
        <li key={text}>
          <span className="grid-swatch" aria-hidden="true" style={{ background: cssColor(color(place)) }} />
          <bdi>{text === "" ? "empty" : text}</bdi> <span className="count">{formatCount(count)}</span>
        </li>
      ))}
      {others.length > 0 && (
        <li>
          <span
            className="grid-swatch"
            aria-hidden="true"
            style={{ background: cssColor(color(MAX_CATEGORIES)) }}
          />
          {plural(others.length, "other")}{" "}
          <span className="count">{formatCount(others.reduce((sum, { count }) => sum + count, 0))}</span>
        </li>
      )}
    </ul>
  );
}
