export { nearestSeries, type Series, seriesOf } from "./series.ts";
export { type Cell, chartable, type WorldTable, worldTable } from "./world-table.ts";
