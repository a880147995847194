// A run into a lake, exactly once. A run's tables are brought up to the same place of its log, `events` last: what is in the lake of a
// run is what lies before the greatest place of its events.
export { type ShipOptions, type ShipProgress, type Shipped, shipRun } from "./ship-run.ts";
