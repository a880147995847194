export { type Imported, type ImportedRun, importLog } from "./import-log.ts";
