export { DamagedText, GzipBytes } from "./gzip-bytes.ts";
export type { GzipMember } from "./gzip-member.ts";
export { closeIdleFiles, OpenFile } from "./open-file.ts";
export { type Range, readRanges, SEGMENT_SPAN } from "./read-ranges.ts";
export { CHUNK_BYTES, PlainBytes, type SegmentBytes } from "./segment-bytes.ts";
export { waitForFiles } from "./wait-for-files.ts";
