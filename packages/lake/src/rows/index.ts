// What a run's files are as rows of the tables.
export { type Chunk, type LogRow, type ParsedEvent, SegmentRows } from "./log-rows.ts";
export { RowWriter } from "./row-writer.ts";
export { beginRow, type EditionKey, RunRows } from "./run-rows.ts";
