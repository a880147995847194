import type { ActionFields, CommonFields, DecisionFields, StateFields, SystemFields } from "./fields.ts";
import type { Causes } from "./handle.ts";
import { ACTION, DECISION, DETAIL, MILESTONE, STATE, SYSTEM } from "./kinds.ts";

/** The fields of every kind at once; which of them are there goes by the kind. */
export type AnyFields = CommonFields & DecisionFields & ActionFields & Partial<StateFields> & SystemFields;

/**
 * One event's fields in one shape: the encoder reads from here whatever the event is. It is one object per
 * emitter, filled anew for each event, because a fresh one would cost more than the id.
 */
export class Draft {
  kind = 0;
  agentId: string | undefined;
  /** milestone_type, decision_type, action_type, variable_name, calculation_type or status. */
  name = "";
  /** action_payload or intermediate_values. */
  payload: unknown;
  oldValue: unknown;
  newValue: unknown;
  /** The phase, the interaction_type, the error_type or the change. */
  label: string | undefined;
  participants: readonly string[] | undefined;
  retryCount: number | undefined;
  subjectAgentId: string | undefined;
  description: string | undefined;
  details: unknown;
  causedBy: Causes | undefined;
  lossy: string[] | undefined;

  fill(kind: number, agentId: string | undefined, name: string, payload: unknown, fields: AnyFields): void {
    this.kind = kind;
    this.agentId = agentId;
    this.name = name;
    this.payload = payload;
    this.description = fields.description;
    this.details = fields.details;
    this.causedBy = fields.caused_by;
    this.lossy = undefined;
    this.oldValue = undefined;
    this.newValue = undefined;
    this.label = undefined;
    this.participants = undefined;
    this.retryCount = undefined;
    this.subjectAgentId = undefined;
    switch (kind) {
      case STATE:
        this.agentId = fields.agent_id;
        this.oldValue = fields.old_value;
        this.newValue = fields.new_value;
        this.label = fields.change;
        break;
      case DECISION:
        this.oldValue = fields.old_value;
        this.newValue = fields.new_value;
        break;
      case ACTION:
        this.label = fields.interaction_type;
        this.participants = fields.participating_agent_ids;
        break;
      case DETAIL:
        this.agentId = fields.agent_id;
        break;
      case SYSTEM:
        this.label = fields.error_type;
        this.retryCount = fields.retry_count;
        this.subjectAgentId = fields.subject_agent_id;
        break;
      case MILESTONE:
        // A milestone's payload is its phase.
        if (payload !== undefined && typeof payload !== "string")
          throw new TypeError("its name is not a string");
        this.label = payload;
        this.payload = undefined;
        break;
    }
  }
}
