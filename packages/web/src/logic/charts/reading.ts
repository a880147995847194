import { formatNumber } from "../format/index.ts";
import { type ChartData, turnsOf } from "./chart-data.ts";

/** What a chart says at one turn. */
export interface Reading {
  turn: number;
  items: {
    label: string;
    text: string;
    color: string;
    dash: readonly number[];
    /** Of a band, how strong its colour is. */
    opacity?: number;
  }[];
}

/** The values at a place, in the legend's order; a value that is not there is a dash. */
export function readingAt(data: Pick<ChartData, "lines" | "bands" | "turns">, place: number): Reading {
  const { lines, bands } = data;
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : formatNumber(value);
  return {
    turn: turnsOf(data)[place] ?? place,
    items: [
      ...lines
        .filter(({ faint }) => faint !== true)
        .map(({ label, values, color, dash }) => ({
          label,
          text: number(values[place]),
          color,
          dash,
        })),
      ...bands.map(({ label, low, high, color, opacity }) => ({
        label,
        text: (low[place] ?? null) === null ? "–" : `${number(low[place])} to ${number(high[place])}`,
        color,
        dash: [],
        opacity,
      })),
    ],
  };
}

/** The same as a sentence for who cannot see it. */
export function readingText({ turn, items }: Reading): string {
  return `turn ${turn}: ${items.map(({ label, text }) => `${label} ${text === "–" ? "none" : text}`).join(", ")}`;
}

/** The place that a key leads to from one, and whether it draws a choice of turns with it; `undefined` for any other key. */
export function placeAtKey(
  { key, shiftKey }: { key: string; shiftKey: boolean },
  place: number,
  last: number,
): { place: number; chooses: boolean } | undefined {
  const page = Math.max(1, Math.round((last + 1) / 10));
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: place - 1,
    ArrowDown: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place + 1,
    PageDown: place - page,
    PageUp: place + page,
    Home: 0,
    End: last,
  };
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (next === undefined) return undefined;
  return { place: Math.min(last, Math.max(0, next)), chooses: shiftKey };
}
