import type { ModelCall } from "@llm-sim/api";
import type { BreakOff } from "@llm-sim/events/tape/schema";
import { formatCount, formatDuration } from "../format/index.ts";

type Usage = NonNullable<ModelCall["usage"]>;

/** What went wrong, by the `error_type` of the attempt's event. */
const ERROR_WORDS: Readonly<Record<string, string>> = {
  http_error: "the server refused it",
  network: "the server could not be reached",
  timeout: "no answer in time",
  aborted: "broken off",
  invalid: "the answer could not be read",
  empty_answer: "the answer was empty",
  refused: "the model declined",
  truncated: "the answer was cut off",
  no_json: "the answer held no JSON",
  malformed_json: "the answer's JSON was broken",
  ambiguous_answer: "the answer held several values",
  unknown_action: "it chose an action that there is none of",
  schema_violation: "the answer did not fit what was asked for",
};

const BREAK_OFF_WORDS: Readonly<Record<BreakOff, string>> = {
  budget: "not begun: the budget is spent",
  decide_timeout: "broken off: the time for deciding was over",
  signal: "broken off: the run was interrupted",
  unawaited: "broken off: nobody waited for it any more",
};

/** Why an attempt gave no answer, in words; `undefined` where its answer was taken. */
export function errorWords(
  call: Pick<ModelCall, "error_type" | "broken_off_by" | "http_status">,
): string | undefined {
  const { error_type, broken_off_by, http_status } = call;
  if (broken_off_by !== undefined) return BREAK_OFF_WORDS[broken_off_by];
  if (error_type === undefined) return undefined;
  const words = ERROR_WORDS[error_type] ?? error_type.replaceAll("_", " ");
  return http_status !== undefined && http_status >= 400 ? `${words} (${http_status})` : words;
}

/** What had to be done to take the answer. */
const MARK_WORDS: Readonly<Record<string, string>> = {
  thinking: "thinking left out",
  fenced: "taken from a Markdown fence",
  prose: "taken out of prose",
  other_json: "one of several values",
  cut_off: "cut off behind it",
};

export function markWords(marks: readonly string[]): string {
  return marks.map((mark) => MARK_WORDS[mark] ?? mark.replaceAll("_", " ")).join(", ");
}

/** `2,201 in (1,024 cached), 14 out (5 thinking)`; with `≈` where they were counted here. */
export function tokensText(usage: Usage): string {
  const { input_tokens, output_tokens, cached_tokens, reasoning_tokens, estimated } = usage;
  const of = (count: number | undefined, what: string) => (count ? ` (${formatCount(count)} ${what})` : "");
  const sides = [
    input_tokens !== undefined && `${formatCount(input_tokens)} in${of(cached_tokens, "cached")}`,
    output_tokens !== undefined && `${formatCount(output_tokens)} out${of(reasoning_tokens, "thinking")}`,
  ].filter((side) => side !== false);
  return `${estimated ? "≈ " : ""}${sides.join(", ")}`;
}

/** Milliseconds, as a person reads them. */
export function latencyText(milliseconds: number): string {
  return formatDuration(milliseconds * 1000);
}

/** Who asks, where it is no agent for itself: `engine`, `validator about bob`. */
export function askerText({ actor, agent_id }: Pick<ModelCall, "actor" | "agent_id">): string {
  if (actor === "agent") return agent_id ?? actor;
  return agent_id === undefined ? actor : `${actor} about ${agent_id}`;
}

/** What for, and whom about: `trade: bob`. */
export function purposeText({ purpose, key }: Pick<ModelCall, "purpose" | "key">): string {
  return key === undefined || key === "" ? purpose : `${purpose}: ${key}`;
}
