export { removeRuns } from "./remove-runs.ts";
export { type MeantRun, type Removal, runsToRemove } from "./runs-to-remove.ts";
