export { chartCsv } from "./chart-csv.ts";
export {
  type Band,
  belowLog,
  type ChartData,
  type ChartScale,
  drawnValues,
  extent,
  type Line,
  stretches,
  turnCount,
} from "./chart-data.ts";
export { type Quantiles, quantilesOf } from "./quantiles.ts";
export { type Reading, readingAt, readingText, turnAtKey } from "./reading.ts";
