import type {
  ActionFields,
  CommonFields,
  DecisionFields,
  DetailFields,
  StateFields,
  SystemFields,
} from "./fields.ts";
import type { Causes } from "./handle.ts";
import { ACTION, DECISION, DETAIL, MILESTONE, STATE, SYSTEM } from "./kinds.ts";

/** The fields of every kind at once; which of them are there goes by the kind. */
type AnyFields = CommonFields & DecisionFields & ActionFields & Partial<StateFields> & SystemFields;

const NO_FIELDS: AnyFields = {};

/**
 * One event's fields in one shape: the encoder reads from here whatever the event is. It is one object per
 * emitter, filled anew for each event, because a fresh one would cost more than the id: first by the method that is named
 * for the event's kind, which keeps what the caller gave; then by `read`, which may run code of the caller's.
 */
export class Draft {
  kind = 0;
  /** As the caller gave them. */
  fields: AnyFields | undefined;
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

  /** @param phase of a phase_transition */
  milestone(type: string, fields?: CommonFields, phase?: string): this {
    this.#begin(MILESTONE, type, fields);
    this.label = phase;
    return this;
  }

  decision(agentId: string, type: string, fields?: DecisionFields): this {
    this.#begin(DECISION, type, fields);
    this.agentId = agentId;
    return this;
  }

  action(agentId: string, type: string, payload: object, fields?: ActionFields): this {
    this.#begin(ACTION, type, fields);
    this.agentId = agentId;
    this.payload = payload;
    return this;
  }

  state(variable: string, fields: StateFields): this {
    this.#begin(STATE, variable, fields);
    return this;
  }

  detail(calculation: string, values: object, fields?: DetailFields): this {
    this.#begin(DETAIL, calculation, fields);
    this.payload = values;
    return this;
  }

  system(status: string, fields?: SystemFields): this {
    this.#begin(SYSTEM, status, fields);
    return this;
  }

  #begin(kind: number, name: string, fields: AnyFields | undefined): void {
    this.kind = kind;
    this.name = name;
    this.fields = fields;
    this.agentId = undefined;
    this.payload = undefined;
    this.label = undefined;
  }

  /** Takes each field that the kind has from those given, once. Throws what a getter or a proxy among them throws. */
  read(): void {
    const fields = this.fields ?? NO_FIELDS;
    this.description = fields.description;
    this.details = fields.details;
    this.causedBy = fields.caused_by;
    this.lossy = undefined;
    this.oldValue = undefined;
    this.newValue = undefined;
    this.participants = undefined;
    this.retryCount = undefined;
    this.subjectAgentId = undefined;
    switch (this.kind) {
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
    }
  }

  /** What was asked for, for the record of an event that is not valid. */
  get asked(): object {
    const { kind, agentId: agent_id, name, fields } = this;
    return { agent_id, name, payload: kind === MILESTONE ? this.label : this.payload, fields };
  }
}
