export { type AskedBatch, askBatch, type RefusedOutcome } from "./ask-batch.ts";
export {
  AS_MADE,
  type BatchParameters,
  type BatchView,
  type ColumnOrder,
  readBatchView,
  writeBatchView,
} from "./batch-view.ts";
export { type Cell, type Column, columnsOf, outcomeCell, sortRuns } from "./columns.ts";
export {
  type DrawnCurve,
  drawnCurve,
  endOf,
  extentOf,
  lastTurn,
  type NearCurve,
  nearestCurve,
  neighbourCurve,
  type RunCurve,
  runCurves,
  valueAt,
} from "./curves.ts";
export { type BatchCurves, type CurvePoint, quickBatchCurves } from "./curves-answer.ts";
export { curveNamed, numbersOf, turnsOf } from "./curves-of-runs.ts";
export { type Bar, histogramBars } from "./end-values.ts";
export { type HeatCell, type HeatFigure, type HeatMeasure, heatCells, heatMeasures } from "./heat.ts";
export {
  agentsIn,
  nameOf,
  type OwnedVariable,
  runsText,
  runWords,
  seedsText,
  settingsText,
  shortId,
  shortPath,
  statusCounts,
  sweptIn,
  sweptText,
} from "./names.ts";
export { type Siblings, siblingsOf, viewForSibling } from "./siblings.ts";
