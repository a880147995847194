export { type ExportFormat, exportEvents, exportName } from "./export-events.ts";
