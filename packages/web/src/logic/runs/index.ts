export {
  arrangeRuns,
  DEFAULT_ORDER,
  durationOf,
  RUN_COLUMNS,
  type RunColumn,
  type RunOrder,
  readOrder,
  writeOrder,
} from "./arrange-runs.ts";
export { groupRuns, type RunGroup, type RunLine } from "./group-runs.ts";
export { type RunNotice, runNotice, runWarnings } from "./run-warnings.ts";
export type { ShownRun } from "./shown-run.ts";
export { type TriedPart, triedParts } from "./tried.ts";
export { whyEnded } from "./why-ended.ts";
