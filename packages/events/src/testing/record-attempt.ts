import type { Causes, EventHandle, EventStream } from "../emit/index.ts";
import { MODEL_CALL } from "../schema/index.ts";
import { type Attempt, type CallDetails, coordinateText } from "../tape/index.ts";

/** What an attempt's event says beside what stands on the tape. */
export interface SaidOfAttempt {
  status?: "success" | "retry" | "failure" | undefined;
  error_type?: string | undefined;
  error?: string | undefined;
  cost_usd?: number | undefined;
  marks?: string[] | undefined;
  description?: string | undefined;
  caused_by?: Causes | undefined;
}

/**
 * Puts an attempt at a model call on a run's tape and on record, as a simulation's asking does: for tests of what reads such runs.
 *
 *     const answered = await recordAttempt(stream, { coordinate, model: "llama3.1", sampling: {}, messages, outcome: "response", … });
 *     stream.decision("alice", "offer", { caused_by: answered });
 */
export async function recordAttempt(
  stream: EventStream,
  attempt: Attempt,
  { status = "success", caused_by, description, error_type, ...said }: SaidOfAttempt = {},
): Promise<EventHandle> {
  await stream.tape.append(attempt);
  const { coordinate, model, served_model, outcome, finish_reason, latency_ms, usage } = attempt;
  const details: CallDetails = {
    system_event_type: MODEL_CALL,
    call: coordinateText(coordinate),
    purpose: coordinate.purpose,
    model,
    served_model,
    outcome,
    finish_reason,
    latency_ms,
    usage,
    status: attempt.status,
    broken_off_by: attempt.broken_off_by,
    ...said,
  };
  return stream.system(status, {
    error_type,
    retry_count: coordinate.attempt > 1 ? coordinate.attempt - 1 : undefined,
    subject_agent_id: coordinate.actor.agent_id,
    details: JSON.parse(JSON.stringify(details)),
    description,
    caused_by,
  });
}
