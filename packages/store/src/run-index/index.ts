export { EventFields, NO_AGENT } from "./event-fields.ts";
export { type IntakeState, LineIntake, RewrittenLog } from "./line-intake.ts";
export {
  HeldArrays,
  PART_ARRAYS,
  PART_ROWS,
  type PartArrays,
  type PartSummary,
} from "./part-arrays.ts";
export type { PostingList } from "./postings.ts";
export { RunIndex } from "./run-index.ts";
export { restoreIndex, type SavedIndexMeta, saveIndex } from "./saved-index.ts";
export { REPEATED, type SkippedLine, SkippedLines, type UnreadableStretch } from "./skipped-lines.ts";
export type { StateVariable } from "./state-variables.ts";
