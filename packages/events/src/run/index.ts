export {
  fileLimit,
  isOutOfFiles,
  lastOfRegular,
  leadsAstray,
  openRegular,
  openRegularFile,
  type RegularFile,
  readRegular,
} from "../files/index.ts";
export {
  ACTIVE_SEGMENT_FILE,
  CHECKPOINT_DIRECTORY,
  type ClosedSegment,
  closedSegmentName,
  FORMAT_VERSION,
  LOCK_FILE,
  MANIFEST_FILE,
  MANIFEST_SPARE_FILE,
  parseSegmentName,
  SEGMENTS_FILE,
  type SegmentName,
  SUMMARY_FILE,
  TAPE_FILE,
  TAPE_FORMAT_VERSION,
} from "../layout/index.ts";
export {
  ENDED_BY,
  type EndedBy,
  RUN_STATUSES,
  type RunStatus,
  type Tried,
  type Trouble,
  triedSchema,
  troubleSchema,
  type VariableSummary,
  variableSummarySchema,
} from "../schema/index.ts";
export {
  type BatchPlan,
  batchPlanSchema,
  batchRunId,
  type PlannedRun,
  plannedRuns,
  type RunBatch,
  runBatchSchema,
  type Shard,
  seedsText,
  shardOfPlace,
} from "./batch.ts";
export { type Build, buildOf, writtenBy } from "./build.ts";
export { checkpointPath } from "./checkpoint-path.ts";
export { closedSegments, listedBy, type SegmentListing } from "./closed-segments.ts";
export { Curves, type CurveWrite } from "./curves.ts";
export { newerFormat, newerFormatOf } from "./format.ts";
export {
  type Intervention,
  interventionSchema,
  LEFT_OUT_KINDS,
  type LeftOut,
  leftOutSchema,
} from "./intervention.ts";
export {
  type HolderState,
  here,
  isAlive,
  isBeingWritten,
  LOCK_VERSION,
  type LockHolder,
  lockHolderSchema,
  lockState,
  parseLock,
  type RunLockState,
  readLock,
  SILENT_AFTER_MS,
  stateOf,
  thisProcess,
  type Whereabouts,
} from "./lock.ts";
export {
  CAUSES_VERSION,
  type EventCounts,
  eventCountsSchema,
  type LossTally,
  lossTallySchema,
  MEMORY_KINDS,
  type MemoryKind,
  type Provenance,
  provenanceSchema,
  type RecordedCauses,
  type RunCalls,
  type RunLoss,
  type RunManifest,
  readKnownManifest,
  readManifest,
  recordedCausesSchema,
  runCallsSchema,
  runLossSchema,
  runManifestSchema,
  UNTRACKED_MEMORY,
  type UntoldLoss,
} from "./manifest.ts";
export { maxFileSize } from "./max-file-size.ts";
export {
  MAX_SUMMARY_BYTES,
  MAX_SUMMARY_POINTS,
  readSummary,
  readSummaryHead,
  type SummaryFile,
  type SummaryHead,
  type SummaryRead,
  summaryFileSchema,
  summaryHeadSchema,
  summaryIn,
} from "./summary.ts";
export { TroubleKinds } from "./trouble-kinds.ts";
export { UntoldLosses } from "./untold-losses.ts";
