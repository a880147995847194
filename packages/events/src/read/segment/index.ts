export { isRunReadError, RUN_READ_ERROR_CODES, RunReadError, type RunReadErrorCode } from "./error.ts";
export { listSegments, type Segment, type SegmentKey } from "./list-segments.ts";
export type { Place } from "./place.ts";
export { type ReadLinesOptions, readChunks, readLines, type SegmentFile } from "./read-lines.ts";
export { type GzipDamage, salvageGzip } from "./salvage-gzip.ts";
export { type LineBatch, walkSegments } from "./walk-segments.ts";
