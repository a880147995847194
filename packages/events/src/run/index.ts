export {
  ACTIVE_SEGMENT_FILE,
  CHECKPOINT_DIRECTORY,
  closedSegmentName,
  FORMAT_VERSION,
  LOCK_FILE,
  MANIFEST_FILE,
  parseSegmentName,
  type SegmentName,
  SUMMARY_FILE,
} from "../layout/index.ts";
export { checkpointPath } from "./checkpoint-path.ts";
export { newerFormat, newerFormatOf } from "./format.ts";
export { leadsAstray } from "./link.ts";
export {
  isAlive,
  isBeingWritten,
  type LockHolder,
  lockHolderSchema,
  parseLock,
  readLock,
  thisProcess,
} from "./lock.ts";
export {
  CAUSES_VERSION,
  type ClosedSegment,
  closedSegmentSchema,
  ENDED_BY,
  type EndedBy,
  type EventCounts,
  eventCountsSchema,
  type Provenance,
  provenanceSchema,
  type RecordedCauses,
  RUN_STATUSES,
  type RunManifest,
  type RunStatus,
  readManifest,
  recordedCausesSchema,
  runManifestSchema,
} from "./manifest.ts";
export {
  MAX_SUMMARY_BYTES,
  MAX_SUMMARY_POINTS,
  type RunSummaryFile,
  readSummary,
  readSummaryHead,
  runSummarySchema,
  SUMMARY_FORMAT_VERSION,
  type SummaryHead,
  type SummaryRead,
  summaryHeadSchema,
  type Tried,
  type Trouble,
  triedSchema,
  troubleSchema,
  type VariableSummary,
  variableSummarySchema,
} from "./summary.ts";
