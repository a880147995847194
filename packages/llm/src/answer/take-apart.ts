import type { JsonValue } from "@llm-sim/events/schema";
import { isSameJson } from "@llm-sim/events/state";
import { shorten } from "@llm-sim/events/words";
import * as z from "zod";
import { type FoundJson, findJson } from "./find-json.ts";
import { readJson } from "./json-text.ts";

/** What had to be done to an answer before it could be read. */
export const ANSWER_MARKS = [
  /** A thinking part (`<think>…</think>`) was left out. */
  "thinking",
  /** The JSON stood in a Markdown fence. */
  "fenced",
  /** There was prose around the JSON. */
  "prose",
  /** There was other JSON: it does not fit, or it is the same. */
  "other_json",
  /** The answer was cut off behind the JSON. */
  "cut_off",
] as const;
export type AnswerMark = (typeof ANSWER_MARKS)[number];

/** Why an answer cannot be taken. */
export const ANSWER_ERRORS = [
  /** Nothing was said, beside thinking. */
  "empty_answer",
  /** The model, or a filter before it, declined. */
  "refused",
  /** It reached the limit of its tokens (`max_tokens`, or the context's). */
  "truncated",
  /** JSON was asked for, and there is none. */
  "no_json",
  /** There is JSON, and it is not well formed. */
  "malformed_json",
  /** Several values fit what was asked for, and they differ. */
  "ambiguous_answer",
  /** The JSON is not what was asked for. */
  "schema_violation",
  /** An action that the engine does not have. */
  "unknown_action",
] as const;
export type AnswerErrorType = (typeof ANSWER_ERRORS)[number];

export interface TakenFailure {
  ok: false;
  error_type: AnswerErrorType;
  /** One line, for people and for the model that is asked again. */
  message: string;
  /** Of a schema violation: where, as a JSON Pointer (`""` is the whole). */
  path?: string;
  marks: AnswerMark[];
}

export type TakenApart<T> = { ok: true; value: T; marks: AnswerMark[] } | TakenFailure;

/** An answer as the model gave it. */
export interface RawAnswer {
  text: string;
  /** `length`: cut off; `content-filter`: refused. Absent: as if it had ended by itself. */
  finish_reason?: string | undefined;
}

/** Takes an answer apart that was asked for without a schema: what was said, without the thinking. */
export function takeText({ text, finish_reason }: RawAnswer): TakenApart<string> {
  const { said, thought } = findJson(text);
  const marks: AnswerMark[] = thought ? ["thinking"] : [];
  const value = said.trim();
  if (finish_reason === "content-filter") return failed("refused", refusal(value), marks);
  if (finish_reason === "length") return failed("truncated", CUT_OFF, marks);
  return value === "" ? failed("empty_answer", EMPTY, marks) : { ok: true, value, marks };
}

/**
 * Takes an answer apart that was asked for as JSON: finds the one value that fits, in a fence or in prose, behind the thinking. Nothing
 * is repaired and nothing guessed: where several values fit and differ, or JSON is broken, it says so.
 *
 * @param schema what the value has to be; the answer's value is what it makes of it
 * @throws ZodAsyncError where the schema checks later than at once
 */
export function takeJson<T>({ text, finish_reason }: RawAnswer, schema: z.ZodType<T>): TakenApart<T> {
  const { found, thought, said, prose, broken } = findJson(text);
  const marks: AnswerMark[] = thought ? ["thinking"] : [];
  const isCut = finish_reason === "length";
  if (finish_reason === "content-filter") return failed("refused", refusal(said.trim()), marks);
  // What is cut off may have been meant to go on, but for what has an end of its own: `12` may be half of `1234`, `[12]` is whole.
  if (isCut && (broken !== undefined || !found.every(isClosed))) return failed("truncated", CUT_OFF, marks);
  if (broken !== undefined) return failed("malformed_json", malformation(broken), marks);
  if (found.length === 0) {
    if (isCut) return failed("truncated", CUT_OFF, marks);
    if (said.trim() === "") return failed("empty_answer", EMPTY, marks);
    return failed("no_json", "the answer has no JSON: give the JSON value alone", marks);
  }
  const values = distinct(found).map((one) => ({ ...one, ...checked(one.value, schema) }));
  const fitting = values.filter((one) => one.ok);
  const [taken] = fitting;
  if (fitting.length > 1) {
    const message = `the answer has ${fitting.length} different JSON values that fit: give one`;
    return failed("ambiguous_answer", message, marks);
  }
  if (taken === undefined && isCut) return failed("truncated", CUT_OFF, marks);
  // Where none fits, the last one is the answer: what comes before is thought, or an example.
  const last = values.findLast((one) => !one.ok);
  if ((taken ?? last)?.fenced) marks.push("fenced");
  if (prose) marks.push("prose");
  if (found.length > 1) marks.push("other_json");
  if (taken === undefined)
    return {
      ...failed(last?.error_type ?? "schema_violation", last?.message ?? "", marks),
      path: last?.path ?? "",
    };
  if (isCut) marks.push("cut_off");
  return { ok: true, value: taken.fit, marks };
}

const CUT_OFF = "the answer was cut off at the limit of its tokens: be brief, or raise max_tokens";
const EMPTY = "the answer is empty";

function failed(error_type: AnswerErrorType, message: string, marks: AnswerMark[]): TakenFailure {
  return { ok: false, error_type, message, marks };
}

function refusal(said: string): string {
  return said === "" ? "the model declined to answer" : `the model declined to answer: ${excerpt(said)}`;
}

function malformation(broken: string): string {
  const reading = readJson(broken, 0);
  const at = reading.ok ? 0 : reading.at;
  if (at >= broken.length) return "the answer's JSON ends before it is complete";
  return `the answer's JSON is not well formed at ${excerpt(broken.slice(at))}`;
}

const excerpt = (text: string) => shorten(text.replaceAll(/\s+/g, " "), 120);

const isClosed = ({ text, fenced }: FoundJson) => fenced || /^[[{]/.test(text);

/** Each value once, the last of equal ones. */
function distinct(found: readonly FoundJson[]): { value: JsonValue; fenced: boolean }[] {
  const values: { value: JsonValue; fenced: boolean }[] = [];
  for (const { text, fenced } of found) {
    const value: JsonValue = JSON.parse(text);
    const same = values.findIndex((one) => isSameJson(one.value, value));
    if (same !== -1) values.splice(same, 1);
    values.push({ value, fenced });
  }
  return values;
}

type Checked<T> =
  | { ok: true; fit: T }
  | { ok: false; error_type: AnswerErrorType; message: string; path: string };

function checked<T>(value: JsonValue, schema: z.ZodType<T>): Checked<T> {
  let result: z.ZodSafeParseResult<T>;
  try {
    result = schema.safeParse(value);
  } catch (error) {
    if (error instanceof z.core.$ZodAsyncError) throw error;
    // A check of the schema's own that does not expect this value, or a depth beyond the stack.
    const message = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      error_type: "schema_violation",
      message: `the answer does not fit: ${excerpt(message)}`,
      path: "",
    };
  }
  if (result.success) return { ok: true, fit: result.data };
  const [issue] = result.error.issues;
  const steps = issue?.path.map(String) ?? [];
  const where = steps.length === 0 ? "the answer" : steps.join(".");
  // A check of the schema's own can say that something is wrong that has a name.
  const named: unknown = issue?.code === "custom" ? issue.params?.error_type : undefined;
  return {
    ok: false,
    error_type: ANSWER_ERRORS.find((known) => known === named) ?? "schema_violation",
    message: `${where} does not fit: ${issue?.message ?? ""}`,
    path: steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
  };
}
