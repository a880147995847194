export { durationOf } from "./duration.ts";
// What the writing and the reading half must agree on, without a dependency, Node's own included: the drain's thread loads this
// and little else, and browsers load it with the schemas.
export {
  ACTIVE_SEGMENT_FILE,
  CHECKPOINT_DIRECTORY,
  closedSegmentName,
  FORMAT_VERSION,
  LOCK_FILE,
  MANIFEST_FILE,
  MANIFEST_SPARE_FILE,
  NOTES_FILE,
  NOTES_LOCK_FILE,
  parseSegmentName,
  SEGMENTS_FILE,
  SEGMENTS_FORMAT_VERSION,
  type SegmentName,
  SUMMARY_FILE,
  TAPE_FILE,
  TAPE_FORMAT_VERSION,
} from "./files.ts";
export { ID_LENGTH, ID_OFFSET, MIN_LINE_LENGTH, TIMESTAMP_LENGTH, TIMESTAMP_OFFSET } from "./line.ts";
export { FIRST_MOMENT, formatTimestamp, LAST_MOMENT, nanosecondsIn, parseTimestamp } from "./moment.ts";
export { type ClosedSegment, parseSegmentList, segmentListText } from "./segment-list.ts";
