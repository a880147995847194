import { MODEL_CALL } from "@llm-sim/events/schema";
import {
  type AttemptResult,
  type CallDetails,
  type Coordinate,
  coordinateText,
} from "@llm-sim/events/tape/schema";
import type { AttemptReport } from "@llm-sim/simulation";
import type { TakenApart } from "../answer/index.ts";
import type { CallErrorType } from "./call-errors.ts";

/** What came of an attempt, from a model or from a tape. */
export interface Attempted {
  coordinate: Coordinate;
  model: string;
  result: AttemptResult;
  cost_usd?: number | undefined;
  /** Of a response. */
  taken?: TakenApart<unknown> | undefined;
}

/** Why the attempt did not give what was asked, in a word and in a line; `undefined` where it did. */
export function failureOf({
  result,
  taken,
}: Attempted): { type: CallErrorType; message: string } | undefined {
  if (result.outcome !== "response") return { type: result.outcome, message: failureText(result) };
  return taken === undefined || taken.ok ? undefined : { type: taken.error_type, message: taken.message };
}

/** The attempt's event. Nothing in it depends on when or how fast the call was, but for `latency_ms`. */
export function reportOf(attempted: Attempted, isLast: boolean): AttemptReport {
  const { coordinate, model, result, cost_usd, taken } = attempted;
  const { purpose } = coordinate;
  const failure = failureOf(attempted);
  const { outcome, served_model, finish_reason, latency_ms, usage, status, broken_off_by } = result;
  const details: CallDetails = {
    system_event_type: MODEL_CALL,
    call: coordinateText(coordinate),
    purpose,
    model,
    ...(served_model !== undefined && { served_model }),
    outcome,
    ...(finish_reason !== undefined && { finish_reason }),
    latency_ms,
    ...(usage && { usage }),
    ...(cost_usd !== undefined && { cost_usd }),
    ...(status !== undefined && { status }),
    ...(failure && { error: failure.message }),
    ...(taken && taken.marks.length > 0 && { marks: taken.marks }),
    ...(broken_off_by && { broken_off_by }),
  };
  if (!failure) return { status: "success", description: `${model} answered (${purpose})`, details };
  const what = taken ? `the answer of ${model} cannot be taken` : `${model} did not answer`;
  const end = isLast ? "" : "; asked again";
  return {
    status: isLast ? "failure" : "retry",
    error_type: failure.type,
    description: `${what} (${purpose}): ${failure.message}${end}`,
    details,
  };
}

function failureText({ outcome, error, status }: AttemptResult): string {
  const said = error ?? outcome;
  return status === undefined ? said : `HTTP ${status}: ${said}`;
}
