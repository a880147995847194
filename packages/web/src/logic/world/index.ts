export { agentsOf, type Charted, chartAsked, chartNamed, charts, curves, firstCharts } from "./charted.ts";
export { momentWords } from "./moment-words.ts";
export { nearestSeries, type Series, seriesOf } from "./series.ts";
export { type Cell, chartable, type WorldTable, worldTable } from "./world-table.ts";
