export { agentsOf, type Charted, chartAsked, chartNamed, charts, curves, firstCharts } from "./charted.ts";
export {
  changedPlaces,
  type Grid,
  type GridVariable,
  gridOf,
  gridSize,
  gridsIn,
  gridValue,
  isGrid,
  MAX_CATEGORIES,
  placeAtKey,
  placeText,
  shadeOf,
} from "./grid.ts";
export { momentWords } from "./moment-words.ts";
export { type Series, seriesOf, type WrittenIn } from "./series.ts";
export { sortAgents } from "./sort-agents.ts";
export { type Cell, chartable, type WorldTable, worldTable } from "./world-table.ts";
