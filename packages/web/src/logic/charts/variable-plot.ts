import type { Doubt } from "../doubts.ts";
import { formatCount, plural } from "../format/index.ts";
import { seriesStyle, type Theme } from "../palette/index.ts";
import type { Band, ChartData, Line } from "./chart-data.ts";
import {
  categoriesOf,
  chartKind,
  countsOf,
  numbersOf,
  type OwnerCurve,
  type OwnerCurves,
  partedByNumbers,
} from "./owner-curves.ts";
import { quantilesOf } from "./quantiles.ts";

/** Lines that can still be told apart; of more owners quantiles are drawn. */
export const MAX_LINES = 12;

/** How a variable of one or many is drawn. */
export interface VariablePlot {
  kind: "lines" | "quantiles" | "counts";
  data: ChartData;
  /** Those whose numbers are in it. */
  owners: OwnerCurve[];
  /** What of the variable is not drawn, and why. */
  doubts: Doubt[];
}

/** Up to twelve numbers as lines, more as quantiles with one agent's line over them, texts and booleans as counts. */
export function variablePlot(
  { turns, owners }: OwnerCurves,
  {
    name,
    every,
    highlighted,
    theme,
  }: { name: string; every: number; highlighted: string | undefined; theme: Theme },
): VariablePlot {
  const coarse: Doubt[] =
    every > 1
      ? [
          {
            kind: "not_fetched",
            message: `Drawn are the values of every ${formatCount(every)}th turn; choose fewer turns to see each.`,
          },
        ]
      : [];
  if (chartKind(owners) === "categories") {
    const categories = categoriesOf(owners);
    const counts = countsOf(owners, categories);
    const lines = categories.map((label, at) => ({
      label,
      values: counts[at] ?? [],
      ...seriesStyle(at, theme),
      dash: [],
    }));
    return {
      kind: "counts",
      data: { turns, lines, bands: [], stacked: true },
      owners: [...owners],
      doubts: coarse,
    };
  }
  const { numeric, others } = partedByNumbers(owners);
  const doubts = others.length === 0 ? coarse : [...coarse, withoutNumbers(others)];
  if (numeric.length <= MAX_LINES) {
    const lines = numeric.map((owner, at) => ({
      label: owner.agent ?? name,
      values: numbersOf(owner),
      ...seriesStyle(at, theme),
    }));
    return { kind: "lines", data: { turns, lines, bands: [], stacked: false }, owners: numeric, doubts };
  }
  const { color } = seriesStyle(0, theme);
  const { least, p10, p50, p90, greatest } = quantilesOf(numeric.map(numbersOf));
  const bands: Band[] = [
    { label: "all", low: least, high: greatest, opacity: 0.14, color },
    { label: "10–90 %", low: p10, high: p90, opacity: 0.3, color },
  ];
  const one = numeric.find(({ agent }) => agent === highlighted);
  const lines: Line[] = [
    { label: `median of ${formatCount(numeric.length)}`, values: p50, color, dash: [] },
    ...(one
      ? [{ label: one.agent ?? name, values: numbersOf(one), color: seriesStyle(3, theme).color, dash: [] }]
      : []),
  ];
  return { kind: "quantiles", data: { turns, lines, bands, stacked: false }, owners: numeric, doubts };
}

function withoutNumbers(others: readonly OwnerCurve[]): Doubt {
  const names = others.slice(0, 3).map(({ agent = "the world", values }) => {
    const value = values.findLast((one) => one !== undefined);
    return `${agent} (${JSON.stringify(value) ?? "none"})`;
  });
  const more = others.length > names.length ? " …" : "";
  return {
    kind: "not_fetched",
    message: `Not drawn: ${plural(others.length, "agent")} without a number here: ${names.join(", ")}${more}.`,
  };
}
