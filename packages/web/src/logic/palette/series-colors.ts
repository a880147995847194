import type { Theme } from "./kind-style.ts";

/** Lines of a chart, after Okabe & Ito; past seven, dashes tell them apart. */
const LIGHT = ["#0a6ebd", "#b97900", "#00835f", "#c2410c", "#99357a", "#3b3f46", "#1e8fa8"];
const DARK = ["#56b4e9", "#f0b429", "#26c297", "#ff7a45", "#e294c2", "#d5d9e0", "#5fd0e6"];
const DASHES: readonly number[][] = [[], [6, 4], [2, 3], [10, 3, 2, 3]];

/** How the `index`-th line of a chart is drawn: no two of the first 28 alike. */
export function seriesStyle(index: number, theme: Theme): { color: string; dash: number[] } {
  const colors = theme === "light" ? LIGHT : DARK;
  return {
    color: colors[index % colors.length] ?? "#888888",
    dash: [...(DASHES[Math.floor(index / colors.length) % DASHES.length] ?? [])],
  };
}
