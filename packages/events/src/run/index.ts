export {
  ACTIVE_SEGMENT_FILE,
  CHECKPOINT_DIRECTORY,
  closedSegmentName,
  FORMAT_VERSION,
  LOCK_FILE,
  MANIFEST_FILE,
  parseSegmentName,
  type SegmentName,
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
