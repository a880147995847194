export {
  FIRST_MOMENT,
  formatTimestamp,
  LAST_MOMENT,
  nanosecondsIn,
  parseTimestamp,
} from "../layout/index.ts";
export { type ActionEvent, actionEventSchema } from "./action.ts";
export { canonicalJson, isSameJson } from "./canonical-json.ts";
export { type DecisionEvent, decisionEventSchema } from "./decision.ts";
export { type DetailEvent, detailEventSchema } from "./detail.ts";
export {
  agentIdSchema,
  eventIdSchema,
  MAX_AGENT_ID_LENGTH,
  MAX_CAUSES,
  MAX_DESCRIPTION_LENGTH,
  MOST_CAUSES,
  mostCausesOf,
  simulationIdSchema,
  turnNumberSchema,
} from "./envelope.ts";
export { type Event, eventSchema } from "./event.ts";
export {
  EVENT_TYPES,
  type EventType,
  MILESTONE_TYPES,
  type MilestoneType,
  SYSTEM_STATUSES,
  type SystemStatus,
} from "./event-type.ts";
export {
  digitsAsText,
  inOneForm,
  isBeyondDouble,
  markedDigits,
  markNumbers,
  withMarkedNumbers,
} from "./exact-numbers.ts";
export {
  DEFAULT_LIMIT,
  type EventFilter,
  type EventFilterInput,
  eventCriteria,
  eventFilterSchema,
  MAX_LIMIT,
  SEARCHED_PARTS,
  type SearchedPart,
} from "./filter.ts";
export { eventJsonSchema } from "./json-schema.ts";
export { changeNumbers, endOfString } from "./json-text.ts";
export { type JsonObject, type JsonValue, jsonObjectSchema, jsonValueSchema } from "./json-value.ts";
export {
  allMembers,
  type EnvelopeMember,
  MEMBER_ROLES,
  type Member,
  type MemberForm,
  type MemberName,
  membersOf,
  type OwnMember,
  SEARCHED_MEMBER,
} from "./members.ts";
export { type MilestoneEvent, milestoneEventSchema } from "./milestone.ts";
export { MAX_NOTE_ID, MAX_NOTE_TEXT, type Note, noteSchema } from "./note.ts";
export { memberOf, recordByName } from "./record-by-name.ts";
export {
  ENDED_BY,
  type EndedBy,
  RUN_STATUSES,
  type RunStatus,
  TAPE_MODES,
  type TapeMode,
  type Tried,
  type Trouble,
  triedSchema,
  troubleSchema,
  type VariableSummary,
  variableSummarySchema,
} from "./run.ts";
export { STATE_CHANGES, STATE_SCOPES, type StateEvent, stateEventSchema } from "./state.ts";
export { type SystemEvent, systemEventSchema } from "./system.ts";
export { withoutAtEnd } from "./text-end.ts";
export { timestampSchema } from "./timestamp.ts";
export {
  DEFAULT_VERBOSITY,
  includesLevel,
  isEnginesDetail,
  isRecordedAt,
  isRefusal,
  levelOf,
  MODEL_CALL,
  ROSTER_EVENTS,
  type RosterEvent,
  rosterEventOf,
  type SystemMark,
  VERBOSITY_LEVELS,
  type VerbosityLevel,
  verbosityLevelSchema,
} from "./verbosity.ts";
export {
  DIALECTS,
  type Dialect,
  LOSS_KINDS,
  LOSS_TYPES,
  type LossKind,
  type LossType,
  VERIFY_RESULTS,
  VERIFY_RULES,
  type VerifyResult,
  type VerifyRule,
} from "./verification.ts";
