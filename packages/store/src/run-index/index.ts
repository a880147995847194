export type { EdgesAsked } from "./edges.ts";
export { EventFields, NO_AGENT } from "./event-fields.ts";
export { FrozenPart } from "./frozen-part.ts";
export { type IntakeState, LineIntake, RewrittenLog } from "./line-intake.ts";
export { INVALID_EVENT, mayTellLoss } from "./loss-mark.ts";
export {
  type ArrayBlock,
  type ArrayBlocks,
  type BytesName,
  entriesOfRow,
  HeldArrays,
  PART_ARRAYS,
  PART_ROWS,
  type PartArrays,
  type PartSummary,
  type RealsName,
  type WordsName,
} from "./part-arrays.ts";
export type { PostingList } from "./posting-list.ts";
export { RunIndex, type RunIndexStart } from "./run-index.ts";
export { restoreIndex, type SavedIndexMeta, saveIndex } from "./saved-index.ts";
export { buffersOf, type ScannedRows, scannedRows } from "./scanned-rows.ts";
export {
  REPEATED,
  type SavedSkippedLines,
  type SkippedLine,
  SkippedLines,
  type UnreadableStretch,
} from "./skipped-lines.ts";
export type { StateVariable } from "./state-variables.ts";
