export { agentTypes } from "./agent-types.ts";
export { isStateNotRecorded, type Recording, recordingOf, requireEvents, requireState } from "./recording.ts";
