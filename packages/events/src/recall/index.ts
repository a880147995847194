// To play a run again: a stream that emits into the log that is there, and goes on behind it.
export type { Recall, RecalledKind, RecordedPlace } from "../emit/index.ts";
export {
  type GoingOn,
  type HandleRecord,
  RecalledStream,
  RunHold,
  recordOfHandle,
  standInFor,
} from "../open/index.ts";
export type { CutOff, CutPlace } from "../write/index.ts";
