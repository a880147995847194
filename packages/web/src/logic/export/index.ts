export { CSV_HEADER, csvRow } from "./csv.ts";
export { type ExportFormat, exportEvents, exportName } from "./export-events.ts";
