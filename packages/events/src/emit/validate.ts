import { STATE_CHANGES, SYSTEM_STATUSES } from "../schema/index.ts";
import type { Draft } from "./draft.ts";
import type { EventEncoder } from "./event-encoder.ts";
import { EventHandle } from "./handle.ts";
import { ACTION, DECISION, DETAIL, MILESTONE, NAME_FIELDS, STATE, SYSTEM } from "./kinds.ts";
import type { UlidGenerator } from "./ulid.ts";

const STATUSES: readonly string[] = SYSTEM_STATUSES;
const CHANGES: readonly (string | undefined)[] = [undefined, ...STATE_CHANGES];
const AGENT_RULE = "1-128 characters without comma or control character";

/**
 * Whether the log takes the event as it is: what the schemas say, asked of the few fields that a caller can get wrong.
 * The payloads are the encoder's matter.
 *
 * @returns what is wrong, or `undefined`
 */
export function problemOf(draft: Draft, encoder: EventEncoder, ids: UlidGenerator): string | undefined {
  const { kind, agentId } = draft;
  if (typeof draft.name !== "string") return `${NAME_FIELDS[kind]} is not a string`;
  if (draft.name === "") return `${NAME_FIELDS[kind]} is empty`;
  if (
    kind === DECISION ||
    kind === ACTION ||
    ((kind === STATE || kind === DETAIL) && agentId !== undefined)
  ) {
    if (!encoder.isAgentId(agentId)) return `agent_id is not ${AGENT_RULE}`;
  }
  if (draft.description !== undefined && typeof draft.description !== "string")
    return "description is not a string";
  if (draft.details !== undefined && !isObject(draft.details)) return "details is not an object";
  if (draft.causedBy !== undefined) {
    const wrong = causeProblem(draft.causedBy, ids);
    if (wrong) return wrong;
  }
  switch (kind) {
    case MILESTONE:
      if (draft.label !== undefined && typeof draft.label !== "string")
        return "the phase's name is not a string";
      return draft.label === "" ? "the phase's name is empty" : undefined;
    case STATE:
      return CHANGES.includes(draft.label) ? undefined : "change is neither 'added' nor 'removed'";
    case ACTION:
      if (!isObject(draft.payload)) return "action_payload is not an object";
      if (draft.label !== undefined && typeof draft.label !== "string")
        return "interaction_type is not a string";
      if (draft.label === "") return "interaction_type is empty";
      return participantsProblem(draft.participants, encoder);
    case DETAIL:
      return isObject(draft.payload) ? undefined : "intermediate_values is not an object";
    case SYSTEM:
      return systemProblem(draft, encoder);
    default:
      return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function causeProblem(causes: unknown, ids: UlidGenerator): string | undefined {
  if (!Array.isArray(causes)) return problemOfCause(causes, ids);
  for (const cause of causes) {
    const problem = problemOfCause(cause, ids);
    if (problem) return problem;
  }
  return undefined;
}

function problemOfCause(cause: unknown, ids: UlidGenerator): string | undefined {
  if (!(cause instanceof EventHandle)) return "caused_by holds something that is no handle of an event";
  return isOf(cause, ids) ? undefined : "caused_by names an event of another run";
}

/** Whether a handle stands for events that `ids` made. */
function isOf(handle: EventHandle, ids: UlidGenerator): boolean {
  if (handle.block) return handle.block.owner === ids;
  // Those of a stand-in are all of one run: what it was made of had passed here.
  const first = handle.standsFor?.[0];
  return first === undefined || isOf(first, ids);
}

/** The causes that are handles of this run's events; what else there is, is left out. */
export function ownCauses(causes: unknown, ids: UlidGenerator): EventHandle[] {
  const list: unknown[] = Array.isArray(causes) ? causes : [causes];
  return list.filter((cause): cause is EventHandle => cause instanceof EventHandle && isOf(cause, ids));
}

function participantsProblem(participants: unknown, encoder: EventEncoder): string | undefined {
  if (participants === undefined) return undefined;
  if (!Array.isArray(participants) || participants.length < 2)
    return "participating_agent_ids has fewer than two agents";
  return participants.every((id) => encoder.isAgentId(id))
    ? undefined
    : `participating_agent_ids holds an id that is not ${AGENT_RULE}`;
}

function systemProblem(draft: Draft, encoder: EventEncoder): string | undefined {
  if (!STATUSES.includes(draft.name)) return `status is none of ${STATUSES.join(", ")}`;
  if (draft.label !== undefined && typeof draft.label !== "string") return "error_type is not a string";
  if (draft.label === "") return "error_type is empty";
  const retries = draft.retryCount;
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0))
    return "retry_count is not an integer from 0";
  if (draft.subjectAgentId !== undefined && !encoder.isAgentId(draft.subjectAgentId)) {
    return `subject_agent_id is not ${AGENT_RULE}`;
  }
  return undefined;
}
