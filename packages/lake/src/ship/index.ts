// A run into a lake, exactly once. A run's tables are brought up to the same place of its log, `events` last: what is in the lake of a
// run is what lies before the greatest place of its events. Runs of which it has nothing are claimed, and go in together.
export { type ShipOptions, type ShipProgress, type Shipped, shipRun } from "./ship-run.ts";
export { type ShipRunsOptions, shipRuns } from "./ship-runs.ts";
