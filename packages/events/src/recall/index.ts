// To play a run again: a stream that emits into the log that is there.
export type { Recall, RecalledKind, RecordedPlace } from "../emit/index.ts";
export { RecalledStream } from "../open/index.ts";
