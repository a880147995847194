export { destination } from "./destination.ts";
export { csvText, jsonText } from "./encode.ts";
export { eventLines } from "./event-lines.ts";
export { eventTable } from "./event-table.ts";
export { type ExportedRun, exportedRuns } from "./exported-run.ts";
export { writeParquet } from "./parquet.ts";
export { checkRecordsState, stateTable } from "./state-table.ts";
export type { ExportTable } from "./table.ts";
export { replaceFile, writeParts } from "./write-file.ts";
