export { chartCsv } from "./chart-csv.ts";
export {
  type Band,
  belowLog,
  type ChartData,
  type ChartScale,
  drawnValues,
  extent,
  type Line,
  placeOf,
  stretches,
  turnsOf,
} from "./chart-data.ts";
export { drawnTurns, MOST_PLACES, type ToldTurns } from "./drawn-turns.ts";
export {
  categoriesOf,
  categoryAt,
  chartKind,
  countsOf,
  nearestOwner,
  numbersOf,
  OTHER_VALUES,
  type OwnerCurve,
  type OwnerCurves,
  ownerCurves,
} from "./owner-curves.ts";
export { type Quantiles, quantilesOf } from "./quantiles.ts";
export { placeAtKey, type Reading, readingAt, readingText } from "./reading.ts";
export { quickValues } from "./values-answer.ts";
export { MAX_LINES, type VariablePlot, variablePlot } from "./variable-plot.ts";
