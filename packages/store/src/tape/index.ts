export { RunTape } from "./run-tape.ts";
export {
  applied,
  type Stretch,
  type TapeEntry,
  type TapeIndex,
  type UnreadableTapeLine,
} from "./tape-index.ts";
