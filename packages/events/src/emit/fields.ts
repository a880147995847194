import type { Causes } from "./handle.ts";

/** What the caller may say of any event. */
export interface CommonFields {
  /** For a person, at most 500 characters; made from a template where it is left out. */
  description?: string | undefined;
  /** Anything else, JSON only. */
  details?: object | undefined;
  /** Causes besides those the surrounding scope gives. */
  caused_by?: Causes | undefined;
}

export interface DecisionFields extends CommonFields {
  old_value?: unknown;
  new_value?: unknown;
}

export interface ActionFields extends CommonFields {
  interaction_type?: string | undefined;
  /** Two or more agents, the acting one among them. */
  participating_agent_ids?: readonly string[] | undefined;
}

export interface StateFields extends CommonFields {
  /** Whose variable it is; without it, the world's. */
  agent_id?: string | undefined;
  old_value: unknown;
  new_value: unknown;
  change?: "added" | "removed" | undefined;
}

export interface DetailFields extends CommonFields {
  agent_id?: string | undefined;
}

export interface SystemFields extends CommonFields {
  error_type?: string | undefined;
  retry_count?: number | undefined;
  /** Whom it concerns. */
  subject_agent_id?: string | undefined;
}
