export {
  type BatchRunFacts,
  type BatchRunHead,
  batchHeadOf,
  batchRunOf,
  isOfBatch,
  readBatchHead,
} from "./batch-run.ts";
export { type BatchSource, roomForEach } from "./batch-source.ts";
export { Batches } from "./batches.ts";
export { DirectoryBatches } from "./directory-batches.ts";
export { summaryFactsOf } from "./read-summary.ts";
