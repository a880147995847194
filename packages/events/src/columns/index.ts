export { type Cell, csvRecord } from "./csv.ts";
export { type Column, type ColumnType, EVENT_COLUMNS, eventCells } from "./event-columns.ts";
