export { gapsOf } from "./certainty.ts";
export { fewGaps } from "./first-gaps.ts";
export type { KnownRun } from "./hole.ts";
export {
  causalityCompleteness,
  countsCompleteness,
  listCompleteness,
  wholeListCompleteness,
} from "./lists.ts";
export { CHAINED, type Chain, type RestsOn } from "./rests-on.ts";
export { catchUp } from "./take-in.ts";
export { namesAllReads } from "./untracked-memory.ts";
export { type CheckedWrite, type VariableCheck, WriteCheck, type WrittenValue } from "./write-check.ts";
