export { runColumns, runFields } from "./run-list.ts";
export { runSheet, runSheetRows } from "./run-sheet.ts";
