import { markedDigits, withMarkedNumbers } from "../line/index.ts";
import type { JsonObject, JsonValue } from "../schema/index.ts";
import { canonicalJson, isSameJson } from "../state/index.ts";
import { valueText } from "../words/index.ts";

/** Where two JSON values differ. */
export interface ContentDifference {
  /** JSON Pointer. */
  path: string;
  /** Absent where that side has nothing there; a number beyond a double is the text of its digits. */
  left?: JsonValue;
  right?: JsonValue;
  /** What either side says, some 60 characters, where the values as `valueText` tells them would not show the difference. */
  left_text?: string;
  right_text?: string;
}

const MAX_TEXT = 60;
/** What JSON cannot carry, as it is recorded. */
const NO_NUMBERS = ["NaN", "Infinity", "-Infinity"];
/** Shown of what both have before the first character that differs. */
const BEFORE = 20;

/** Where two JSON values differ, the first `limit` places; none exactly where they are the same. Arrays of different length differ as a whole. */
export function jsonDifferences(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  limit: number,
): ContentDifference[] {
  const found: ContentDifference[] = [];
  compare(left, right, "", (path, one, other) => {
    if (found.length < limit) found.push(differenceOf(path, one, other, [false, false]));
  });
  return found;
}

/**
 * Where the contents of two events differ (see `contentOf`), the first `limit` places; none exactly where they are the same. That a
 * value was altered to be recorded is a difference of it.
 */
export function contentDifferences(left: JsonObject, right: JsonObject, limit: number): ContentDifference[] {
  const found: ContentDifference[] = [];
  const { lossy: leftLossy, ...leftRest } = left;
  const { lossy: rightLossy, ...rightRest } = right;
  const altered = [places(leftLossy), places(rightLossy)] as const;
  const add = (path: string, one: JsonValue | undefined, other: JsonValue | undefined) => {
    if (found.length >= limit) return;
    found.push(differenceOf(path, one, other, [altered[0].has(path), altered[1].has(path)]));
  };
  compare(leftRest, rightRest, "", add);
  if (isSameJson(leftLossy, rightLossy)) return found;
  for (const path of new Set([...altered[0], ...altered[1]])) {
    if (altered[0].has(path) === altered[1].has(path)) continue;
    const [one, other] = [valueAt(leftRest, path), valueAt(rightRest, path)];
    if (one !== undefined && isSameJson(one, other)) add(path, one, other);
  }
  add("/lossy", leftLossy, rightLossy);
  return found;
}

type Add = (path: string, left: JsonValue | undefined, right: JsonValue | undefined) => void;

function compare(left: JsonValue | undefined, right: JsonValue | undefined, path: string, add: Add): void {
  if (isSameJson(left, right)) return;
  if (isObject(left) && isObject(right)) {
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)]))
      compare(member(left, name), member(right, name), `${path}/${escaped(name)}`, add);
  } else if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    for (const [place, value] of left.entries()) compare(value, right[place], `${path}/${place}`, add);
  } else add(path, left, right);
}

function differenceOf(
  path: string,
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  isAltered: readonly [boolean, boolean],
): ContentDifference {
  const values = {
    ...(left === undefined ? {} : { left: plain(left) }),
    ...(right === undefined ? {} : { right: plain(right) }),
  };
  const isPlain =
    !isAltered[0] &&
    !isAltered[1] &&
    isSameJson(left, values.left) &&
    isSameJson(right, values.right) &&
    valueText(left) !== valueText(right);
  if (isPlain) return { path, ...values };
  const [left_text, right_text] = textsOf(textOf(left, isAltered[0]), textOf(right, isAltered[1]));
  return { path, ...values, left_text, right_text };
}

/** `NaN (altered)`, recorded as `"NaN"`, is not `"NaN"`. */
function textOf(value: JsonValue | undefined, isAltered: boolean): string {
  if (value === undefined) return "nothing";
  const text = withMarkedNumbers(canonicalJson(value));
  if (!isAltered) return text;
  return `${typeof value === "string" && NO_NUMBERS.includes(value) ? value : text} (altered)`;
}

/** Both cut so that what differs is to be seen. */
function textsOf(left: string, right: string): [left: string, right: string] {
  if (cut(left, 0) !== cut(right, 0)) return [cut(left, 0), cut(right, 0)];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const start = Math.max(0, at - BEFORE);
  return [cut(left, start), cut(right, start)];
}

function cut(text: string, start: number): string {
  const isWhole = text.length - start <= MAX_TEXT;
  const end = isWhole ? text.length : start + MAX_TEXT - 1;
  return `${start > 0 ? "…" : ""}${text.slice(start, end).toWellFormed()}${isWhole ? "" : "…"}`;
}

function places(lossy: JsonValue | undefined): Set<string> {
  return new Set(Array.isArray(lossy) ? lossy.filter((place) => typeof place === "string") : []);
}

function valueAt(object: JsonObject, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isObject(value) ? member(value, name) : undefined;
  }
  return value;
}

/** With the text of its digits for each number beyond a double. */
function plain(value: JsonValue): JsonValue {
  if (typeof value === "string") return markedDigits(value) ?? value;
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
