import { formatNumber } from "../format/index.ts";
import type { ChartData } from "./chart-data.ts";

/** What a chart says at one turn. */
export interface Reading {
  turn: number;
  items: { label: string; text: string; color: string; dash: readonly number[]; isBand: boolean }[];
}

/** The values at a turn, in the legend's order; a value that is not there is a dash. */
export function readingAt({ lines, bands }: Pick<ChartData, "lines" | "bands">, turn: number): Reading {
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : formatNumber(value);
  return {
    turn,
    items: [
      ...lines
        .filter(({ faint }) => faint !== true)
        .map(({ label, values, color, dash }) => ({
          label,
          text: number(values[turn]),
          color,
          dash,
          isBand: false,
        })),
      ...bands.map(({ label, low, high, color }) => ({
        label,
        text: (low[turn] ?? null) === null ? "–" : `${number(low[turn])} to ${number(high[turn])}`,
        color,
        dash: [],
        isBand: true,
      })),
    ],
  };
}

/** The same as a sentence for who cannot see it. */
export function readingText({ turn, items }: Reading): string {
  return `turn ${turn}: ${items.map(({ label, text }) => `${label} ${text === "–" ? "none" : text}`).join(", ")}`;
}

/** The turn that a key leads to from one, and whether it draws a choice of turns with it; `undefined` for any other key. */
export function turnAtKey(
  { key, shiftKey }: { key: string; shiftKey: boolean },
  turn: number,
  last: number,
): { turn: number; chooses: boolean } | undefined {
  const page = Math.max(1, Math.round((last + 1) / 10));
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: turn - 1,
    ArrowDown: turn - 1,
    ArrowRight: turn + 1,
    ArrowUp: turn + 1,
    PageDown: turn - page,
    PageUp: turn + page,
    Home: 0,
    End: last,
  };
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (next === undefined) return undefined;
  return { turn: Math.min(last, Math.max(0, next)), chooses: shiftKey };
}
