import type { CloseOptions, EventHandle } from "@llm-sim/events";
import type { EndedBy } from "@llm-sim/events/run";
import { countText, usdText } from "@llm-sim/events/words";
import { activityOf, NeverSettled, placeText, sourcePlace } from "../answer/index.ts";
import type { Asking } from "../asking/index.ts";
import { type BaseEngine, INSIDE } from "../engine/index.ts";
import type { RunStream } from "../run-stream.ts";
import { Interrupted } from "./interruption.ts";
import type { BreakHit, RunResult } from "./options.ts";
import { messageOf } from "./run-error.ts";
import type { Troubles } from "./troubles.ts";

/** How a run ended. */
export interface Ending {
  /** What its log is closed with. */
  close: CloseOptions & { status: RunResult["status"]; endedBy: EndedBy };
  /** What the author's code threw, where the run failed. */
  error?: unknown;
  brokeAt?: BreakHit;
}

export function ended(status: RunResult["status"], endedBy: EndedBy, description?: string): Ending {
  return { close: { status, endedBy, description } };
}

/** How a run ends whose models' budget is spent. */
export function spentEnding({ models, spending }: Asking, turn: number): Ending {
  const { tokens = 0, usd = 0 } = models?.spent ?? {};
  const took = [countText(tokens, "token"), ...(usd > 0 ? [usdText(usd)] : [])].join(", ");
  const { close } = ended("completed", "budget", `Ended with turn ${turn}: the budget is spent (${took})`);
  return { close: { ...close, details: { spent: { tokens, usd } }, caused_by: spending } };
}

/** The run in which something was thrown. */
interface EndingRun {
  engine: BaseEngine;
  stream: RunStream;
  signal: AbortSignal;
  /** Absolute: what files of the author's are named relative to. */
  base: string;
  troubles: Troubles;
}

/** How a run ends with what was thrown in it; records that. */
export function endingWith(error: unknown, { engine, stream, signal, base, troubles }: EndingRun): Ending {
  const { turn } = engine;
  if (error instanceof Interrupted)
    return ended("interrupted", "signal", `Interrupted in turn ${turn} (${messageOf(signal.reason)})`);
  const during = activityOf(error);
  if (error instanceof NeverSettled) {
    const { close } = ended("interrupted", "error", `Interrupted in turn ${turn}: ${error.message}`);
    if (during === undefined) return { close };
    const caused_by = recordFailure(engine, stream, "never_settled", error.message, { during });
    return { close: { ...close, caused_by } };
  }
  const at = sourcePlace(error, base);
  const text = failureText(error, base);
  const description = `Failed in turn ${turn}: ${text}`;
  const details = { error: messageOf(error), ...(during && { during }), ...(at && { at }) };
  troubles.noted(undefined, "engine_error", text);
  const caused_by = recordFailure(engine, stream, "engine_error", description, details);
  return { close: { ...ended("failed", "error", description).close, caused_by }, error };
}

/** Records what ends the run, caused by what the engine was about. */
function recordFailure(
  engine: BaseEngine,
  stream: RunStream,
  error_type: string,
  description: string,
  details: object,
): EventHandle {
  const failure = { error_type, description, details };
  const doing = engine[INSIDE].doing();
  if (!doing) return stream.system("failure", failure);
  return stream.because(doing, (scope) => scope.system("failure", failure));
}

/** `rule regrowth: fish is not defined (rules.ts:41)` */
export function failureText(error: unknown, base: string): string {
  const activity = activityOf(error);
  const place = placeText(sourcePlace(error, base));
  return `${activity === undefined ? "" : `${activity}: `}${messageOf(error)}${place}`;
}
