export { gapOf, lossesOf, type RecordedGap } from "./losses.ts";
export { isStateNotRecorded, type Recording, recordingOf, requireState } from "./recording.ts";
