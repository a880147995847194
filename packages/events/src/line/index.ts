// What a line of the log is, and when it is an event: asked by the reading half, by recovery and by the index alike.
export {
  DIALECTS,
  type Dialect,
  inOneForm,
  isBeyondDouble,
  markedDigits,
  withMarkedNumbers,
} from "../schema/index.ts";
export { EventIds } from "./event-ids.ts";
export { isEvent } from "./is-event.ts";
export { type Line, LineSplitter, MAX_LINE_BYTES, overlong, type Position } from "./line-splitter.ts";
export {
  eventLineOf,
  type LineFault,
  MAX_DEPTH,
  nativeFault,
  type ParsedLine,
  parseEventLine,
  parseEventLineExactly,
  parseEventLineInDoubles,
} from "./parse-event-line.ts";
export { isUtf16, type Piece, piecesOf, UTF_16 } from "./pieces.ts";
export { upcast } from "./upcast.ts";
