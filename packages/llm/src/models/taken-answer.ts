import type { AttemptResult } from "@llm-sim/events/tape/schema";
import type { Question } from "@llm-sim/simulation";
import { type TakenApart, takeJson, takeText } from "../answer/index.ts";
import type { RetryPolicy } from "../limits/index.ts";

/** An answer, taken apart; `isHopeless` where no other answer would fare better. */
export type TakenAnswer<T> = TakenApart<T> & { isHopeless?: boolean };

/** Without a schema, `T` is string. */
export function takenAnswer<T>(result: AttemptResult, question: Question<T>): TakenAnswer<T>;
export function takenAnswer(
  { text = "", finish_reason }: AttemptResult,
  { schema }: Question<unknown>,
): TakenAnswer<unknown> {
  const answer = { text, finish_reason };
  try {
    return schema ? takeJson(answer, schema) : takeText(answer);
  } catch (error) {
    // One that checks later than at once.
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the schema of the question cannot check an answer: ${reason}`;
    return { ok: false, error_type: "schema_violation", message, marks: [], isHopeless: true };
  }
}

/** How long to wait before the model is asked again, in milliseconds: not at all; `undefined` where it is not. */
export function askedAgain(
  { ok, isHopeless = false }: TakenAnswer<unknown>,
  attempt: number,
  { max_attempts }: RetryPolicy,
): number | undefined {
  return ok || isHopeless || attempt >= max_attempts ? undefined : 0;
}
