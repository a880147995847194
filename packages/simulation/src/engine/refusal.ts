import type { EmitScope } from "../stream/index.ts";

/** An engine will not do what an action asks: thrown by `refuse`, recorded as a SYSTEM warning `validation_error`. */
export class ActionRefused extends Error {
  readonly code = "ACTION_REFUSED";

  constructor(reason: string) {
    super(reason);
    this.name = "ActionRefused";
  }
}

export function isActionRefused(error: unknown): error is ActionRefused {
  return error instanceof ActionRefused;
}

/** Records that an action was refused, caused by the decision that `decided` stands for. */
export function warnOfRefusal(
  decided: EmitScope,
  action: { agent_id: string; action_type: string; payload: object },
  reason: string,
): void {
  decided.system("warning", {
    error_type: "validation_error",
    subject_agent_id: action.agent_id,
    description: `${action.agent_id}: ${action.action_type} refused: ${reason}`,
    details: { action_type: action.action_type, action_payload: action.payload, reason },
  });
}
