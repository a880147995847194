export { openEventStream } from "./open-event-stream.ts";
export type { EventStreamOptions } from "./options.ts";
export { type GoingOn, RecalledStream, RunHold } from "./recalled-stream.ts";
export { type Repair, repairRun } from "./repair.ts";
export { parseSize, type Size } from "./size.ts";
