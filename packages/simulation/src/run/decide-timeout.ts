import { durationOf } from "@llm-sim/events";
import { RunError } from "./run-error.ts";

/** How long a `decide` may take, and as the config says it. */
export interface DecideTimeout {
  text: string;
  milliseconds: number;
}

/** The longest that a timer of Node waits. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

export const EXPECTED_TIMEOUT = "expected a length of time such as 30s, 500ms or 5min, at most 24d";

/** @returns `undefined` where the text is no length of time that can be waited for */
export function readDecideTimeout(text: string): DecideTimeout | undefined {
  const milliseconds = (durationOf(text) ?? 0) / 1000;
  return milliseconds > 0 && milliseconds <= MAX_MILLISECONDS ? { text, milliseconds } : undefined;
}

/** @throws RunError `SETUP_FAILED` where it is none */
export function decideTimeout(text: string | undefined): DecideTimeout | undefined {
  if (text === undefined) return undefined;
  const timeout = readDecideTimeout(text);
  if (timeout) return timeout;
  throw new RunError("SETUP_FAILED", `decide_timeout is ${JSON.stringify(text)}: ${EXPECTED_TIMEOUT}`);
}
