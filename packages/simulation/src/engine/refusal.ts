import type { Causes, EventHandle } from "@llm-sim/events";
import { codeOf } from "@llm-sim/events/errors";
import type { EmitScope } from "../run-stream.ts";
import { type DeclaredState, isStateVariableError } from "../variables/index.ts";
import { isStateError } from "../world/index.ts";

/**
 * Who refused an action: the validator, the engine, the config by what it declares of a variable, or nobody in particular, where
 * its payload is not what the action takes.
 */
export type RefusedBy = "validator" | "engine" | "config" | "payload";

/** An engine will not do what an action asks: thrown by `refuse`, recorded as a SYSTEM warning `validation_error`. */
export class ActionRefused extends Error {
  readonly code = "ACTION_REFUSED";

  readonly by: RefusedBy;

  constructor(reason: string, by: RefusedBy = "engine") {
    super(reason);
    this.name = "ActionRefused";
    this.by = by;
  }
}

export function isActionRefused(error: unknown): error is ActionRefused {
  return codeOf(error) === "ACTION_REFUSED";
}

/** An action that is not done, and what to say of that. */
interface Refusal {
  reason: string;
  refused_by: RefusedBy;
  error_type?: string;
  details?: object;
}

/**
 * What an effect threw, where that refuses its action rather than being a fault.
 *
 * @param declared what the config declares: what no state can hold refuses where something was declared of the variable
 */
export function refusalIn(error: unknown, declared: DeclaredState | undefined): Refusal | undefined {
  if (isActionRefused(error)) return { reason: error.message, refused_by: error.by };
  const by = { refused_by: "config", error_type: "state_variable" } as const;
  if (isStateVariableError(error)) {
    const { message: reason, variable, value } = error;
    return { reason, ...by, details: { variable, value } };
  }
  if (!isStateError(error) || !error.place || !declared?.declares(error.place)) return undefined;
  return { reason: error.message, ...by, details: { variable: declared.nameOf(error.place) } };
}

/**
 * Records that an action was refused, caused by the decision that `decided` stands for.
 *
 * @param more what was read to refuse it; another `error_type`; what else there is to say
 */
export function warnOfRefusal(
  decided: EmitScope,
  action: { agent_id: string; action_type: string; payload: object },
  reason: string,
  refused_by: RefusedBy,
  {
    error_type = "validation_error",
    caused_by,
    details,
  }: { error_type?: string; caused_by?: Causes | undefined; details?: object } = {},
): EventHandle {
  return decided.system("warning", {
    error_type,
    subject_agent_id: action.agent_id,
    description: `${action.agent_id}: ${action.action_type} refused: ${reason}`,
    details: {
      action_type: action.action_type,
      action_payload: action.payload,
      reason,
      refused_by,
      ...details,
    },
    caused_by,
  });
}
