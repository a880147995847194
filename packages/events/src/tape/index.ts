// The tape of a run's model calls, tape.jsonl. Words: a coordinate says which attempt at which question it is; an entry of the
// tape is an attempt, with what it says for the first time before it; `request_hash` says what was asked.
export { type ParsedTapeLine, parseTapeLine } from "./parse-tape-line.ts";
export { type ReadTapeOptions, readTape, type UnreadableLine } from "./read-tape.ts";
export { jsonHash, messageHash, requestHash } from "./request-hash.ts";
export {
  type Actor,
  type AttemptLine,
  type AttemptOutcome,
  type AttemptResult,
  actorSchema,
  actorText,
  attemptLineSchema,
  attemptResultSchema,
  BREAK_OFFS,
  type BreakOff,
  type CallDetails,
  type CanonicalRequest,
  type Coordinate,
  callDetailsSchema,
  coordinateSchema,
  coordinateText,
  deltaOf,
  listOf,
  type Message,
  type MessageDelta,
  type MessageLine,
  messageDeltaSchema,
  messageLineSchema,
  messageSchema,
  OUTCOMES,
  parseCoordinate,
  type RecordedAttempt,
  recordedAttemptSchema,
  requestSchema,
  type Sampling,
  type SchemaLine,
  samplingSchema,
  schemaLineSchema,
  TAPE_MODES,
  type TapeHead,
  type TapeLine,
  type TapeMode,
  tapeHashSchema,
  tapeHeadSchema,
  tapeLineSchema,
  type Usage,
  usageSchema,
} from "./schema/index.ts";
export { isTapeError, TAPE_ERROR_CODES, TapeError, type TapeErrorCode } from "./tape-error.ts";
export { type TapeItem, TapeState } from "./tape-state.ts";
export {
  type Attempt,
  endOfTape,
  type HashedMessage,
  TapeWriter,
  type TapeWriterOptions,
} from "./tape-writer.ts";
