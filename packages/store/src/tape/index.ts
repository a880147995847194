export { FetchedTape } from "./fetched-tape.ts";
export { RunTape, type Tape } from "./run-tape.ts";
export {
  applied,
  type Stretch,
  TAPE_HEAD_BYTES,
  TAPE_MESSAGE,
  type TapeEntry,
  TapeIndex,
  type UnreadableTapeLine,
} from "./tape-index.ts";
