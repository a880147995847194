// What stands in tape.jsonl, without anything of Node's: browsers load it too.

export { TAPE_MODES, type TapeMode } from "../../schema/index.ts";
export { type CallDetails, callDetailsSchema } from "./call-details.ts";
export {
  type Actor,
  actorSchema,
  actorText,
  type Coordinate,
  coordinateSchema,
  coordinateText,
  parseCoordinate,
} from "./coordinate.ts";
export {
  type AttemptLine,
  type AttemptOutcome,
  type AttemptResult,
  attemptLineSchema,
  attemptResultSchema,
  BREAK_OFFS,
  type BreakOff,
  type CanonicalRequest,
  type Message,
  type MessageDelta,
  type MessageLine,
  messageDeltaSchema,
  messageLineSchema,
  messageSchema,
  OUTCOMES,
  type RecordedAttempt,
  recordedAttemptSchema,
  requestSchema,
  type Sampling,
  type SchemaLine,
  samplingSchema,
  schemaLineSchema,
  type TapeHead,
  type TapeLine,
  tapeHashSchema,
  tapeHeadSchema,
  tapeLineSchema,
  type Usage,
  usageSchema,
} from "./lines.ts";
export { deltaOf, listOf } from "./message-delta.ts";
