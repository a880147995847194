export { agentTypes } from "./agent-types.ts";
export {
  isStateNotRecorded,
  isStateRecorded,
  type Recording,
  recordingOf,
  requireEvents,
  requireState,
} from "./recording.ts";
