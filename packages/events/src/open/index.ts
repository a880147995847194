export { openEventStream } from "./open-event-stream.ts";
export type { EventStreamOptions } from "./options.ts";
export {
  type GoingOn,
  type HandleRecord,
  RecalledStream,
  RunHold,
  recordOfHandle,
  standInFor,
} from "./recalled-stream.ts";
export { type Repair, repairRun } from "./repair.ts";
export { parseSize, type Size } from "./size.ts";
