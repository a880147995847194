import { type ApiRequestError, type BatchAnswer, MAX_OUTCOMES } from "@llm-sim/api";
import { isApiError } from "../api/index.ts";

/** An outcome that cannot be asked for, and why, as the server says it. */
export interface RefusedOutcome {
  outcome: string;
  message: string;
  /** What was probably meant. */
  meant?: string | undefined;
}

export interface AskedBatch {
  answer: BatchAnswer;
  /** Those that the answer is to, in its order. */
  outcomes: readonly string[];
  refused: readonly RefusedOutcome[];
}

/**
 * Asks of a batch with all outcomes that can be asked for: one that is written wrong takes the others' columns from nobody.
 *
 * @param ask puts the question with these outcomes
 */
export async function askBatch(
  ask: (outcomes: string[]) => Promise<BatchAnswer>,
  outcomes: readonly string[],
): Promise<AskedBatch> {
  const tried = outcomes.slice(0, MAX_OUTCOMES);
  const tooMany = outcomes
    .slice(MAX_OUTCOMES)
    .map((outcome) => ({ outcome, message: `More than ${MAX_OUTCOMES} are not asked for at once.` }));
  try {
    return { answer: await ask(tried), outcomes: tried, refused: tooMany };
  } catch (error) {
    if (!isOutcomeError(error)) throw error;
  }
  const refused: RefusedOutcome[] = [];
  for (const outcome of tried) {
    try {
      await ask([outcome]);
    } catch (error) {
      if (!isOutcomeError(error)) throw error;
      refused.push({ outcome, message: messageOf(error, outcome), meant: meantBy(outcome, error.details) });
    }
  }
  const good = tried.filter((outcome) => !refused.some((one) => one.outcome === outcome));
  return { answer: await ask(good), outcomes: good, refused: [...refused, ...tooMany] };
}

function isOutcomeError(error: unknown): error is ApiRequestError {
  return isApiError(error, "INVALID_ARGUMENT") && error.details?.parameter === "outcome";
}

/** Without what stands beside it. */
function messageOf({ message }: ApiRequestError, outcome: string): string {
  const rest = message.replace(/^outcome: /, "");
  const repeated = [`${JSON.stringify(outcome)}, `, `${JSON.stringify(outcome)}: `];
  const start = repeated.find((one) => rest.startsWith(one));
  return start === undefined ? rest : rest.slice(start.length);
}

/** A name as it may be written in an expression. */
const NAME = /^(?:"(?:[^"\\]|\\.)*"|[\p{L}\p{N}\p{M}_$.*])+/u;

/** The outcome with the nearest name that there is, in place of the one that there is not. */
function meantBy(outcome: string, details: ApiRequestError["details"]): string | undefined {
  const [position, nearest] = [details?.position, details?.nearest];
  const name = Array.isArray(nearest) ? nearest[0] : nearest;
  if (typeof position !== "number" || typeof name !== "string") return undefined;
  const written = NAME.exec(outcome.slice(position))?.[0];
  if (written === undefined) return undefined;
  return outcome.slice(0, position) + name + outcome.slice(position + written.length);
}
