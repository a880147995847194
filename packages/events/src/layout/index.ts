// What the writing and the reading half must agree on, without a dependency: the drain's thread loads this and little else.
export {
  ACTIVE_SEGMENT_FILE,
  CHECKPOINT_DIRECTORY,
  checkpointPath,
  closedSegmentName,
  LOCK_FILE,
  MANIFEST_FILE,
  parseSegmentName,
  type SegmentName,
} from "./files.ts";
export { ID_LENGTH, ID_OFFSET, MIN_LINE_LENGTH, TIMESTAMP_LENGTH, TIMESTAMP_OFFSET } from "./line.ts";
export { formatTimestamp, parseTimestamp } from "./moment.ts";
