export { isStateNotRecorded, type Recording, recordingOf, requireState } from "./recording.ts";
