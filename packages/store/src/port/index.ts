// What the API asks of runs, and what those need who answer it for runs that lie elsewhere.
export {
  Batches,
  type BatchRunFacts,
  type BatchRunHead,
  type BatchSource,
  batchHeadOf,
  batchRunOf,
  isOfBatch,
  readBatchHead,
  roomForEach,
  summaryFactsOf,
} from "../batches/index.ts";
export { type CallsPage, CallTable, gapsOfCalls, pageOfCalls } from "../calls/index.ts";
export { eventNotFound } from "../errors.ts";
export { type AskedBeyond, Excerpt, type ExcerptOf, type WritesOfPage } from "../excerpt/index.ts";
export {
  type AskedExplanations,
  FoundMoments,
  type Soon,
  Tallies,
  type ValuePoint,
  type ValuesTold,
  wholeListCompleteness,
} from "../explain/index.ts";
export { idBeginningWith } from "../id-beginning.ts";
export { LogCurves, ToldTroubles } from "../overview/index.ts";
export { OnceForAll, turns } from "../pace/index.ts";
export {
  bucketSpan,
  bucketsAsked,
  type LineSearch,
  lineSearchOf,
  MAX_AGENTS,
  MAX_PAGE_BYTES,
  noTimeline,
  requireOrder,
  requireSpans,
  timelineOfCounts,
} from "../query/index.ts";
export { LATEST, newestFirst, summarize, summaryAtAGlance } from "../runs/index.ts";
export type { LogFacts } from "../sidecar/index.ts";
export { FetchedTape, TAPE_HEAD_BYTES, TAPE_MESSAGE, TapeIndex } from "../tape/index.ts";
export { type AskedRun, MAX_LAST, type SkippedLines } from "./asked-run.ts";
export { AskingRun } from "./asking-run.ts";
export { FilesNeeded } from "./files-needed.ts";
export { fullDetails } from "./full-details.ts";
export type { Answered, AsItIs, Run, RunOnDisk } from "./run.ts";
export type { Store, StoreOnDisk } from "./store.ts";
