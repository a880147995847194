export { agentTypes } from "./agent-types.ts";
export { isStateNotRecorded, type Recording, recordingOf, requireState } from "./recording.ts";
