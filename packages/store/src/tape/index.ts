export { RunTape } from "./run-tape.ts";
export type { Stretch, TapeEntry, TapeIndex, UnreadableTapeLine } from "./tape-index.ts";
