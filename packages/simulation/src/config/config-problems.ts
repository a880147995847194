import { didYouMean } from "@llm-sim/events/naming";
import { shorten } from "@llm-sim/events/words";
import * as z from "zod";
import { mayBeSecret } from "../asking/index.ts";
import type { ConfigProblem } from "./config-error.ts";
import { originalKey, originalValue } from "./python-original.ts";
import type { ConfigPath, ConfigSource } from "./source.ts";

const KINDS: Record<string, string> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  object: "a mapping of keys to values",
  record: "a mapping of keys to values",
  array: "a list",
};

type Issue = z.core.$ZodIssue;

/**
 * Says what a schema found wrong at `base` of the config: what was expected, what is there, and the nearest name.
 *
 * @param issues of a parse with `expectedText`
 * @param schema what `value` was held against, to know which names are valid
 */
export function configProblems(
  issues: readonly Issue[],
  source: ConfigSource,
  schema: z.core.$ZodType,
  value: unknown,
  base: ConfigPath = [],
): ConfigProblem[] {
  return issues.flatMap((issue): ConfigProblem[] => {
    const inside = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    const path = [...base, ...inside];
    if (issue.code === "unrecognized_keys") {
      const names = namesAt(schema, inside);
      return issue.keys.map((key) =>
        source.problem("CONFIG_UNKNOWN_KEY", unknownKey(key, path, names), path, key),
      );
    }
    const given = valueAt(value, inside);
    if (given === undefined) {
      const message = `missing key ${JSON.stringify(path.at(-1))}${within(path.slice(0, -1))}: expected ${bare(issue.message)}`;
      return [source.problem("CONFIG_MISSING_KEY", message, path.slice(0, -1))];
    }
    const near =
      issue.code === "invalid_value" && typeof given === "string"
        ? didYouMean(given, issue.values.map(String))
        : "";
    const shown = mayBeSecret(path, given) ? "something that may be secret" : brief(given);
    const message = `${path.join(".") || `the ${source.called}`} is ${shown}: expected ${bare(issue.message)}${near}${originalValue(path, given)}`;
    return [source.problem("CONFIG_INVALID_VALUE", message, path)];
  });
}

function unknownKey(key: string, path: ConfigPath, names: readonly string[]): string {
  const near = `${didYouMean(key, names)}${originalKey(path, key)}`;
  const valid = near === "" && names.length > 0 ? `; expected one of ${names.join(", ")}` : near;
  return `unknown key ${JSON.stringify(key)}${within(path)}${valid}`;
}

function within(path: ConfigPath): string {
  return path.length === 0 ? "" : ` in ${path.join(".")}`;
}

/** What zod is to say where a schema says nothing itself: what was expected. For `safeParse`, as its `error`. */
export const expectedText: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return KINDS[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(", ")}`;
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? `${KINDS[issue.origin]} that is not empty`
        : `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_union": {
      const kinds = issue.errors.flatMap((errors) => errors.slice(0, 1).map(({ message }) => bare(message)));
      return [...new Set(kinds)].join(" or ");
    }
    case "invalid_format":
      return issue.format === "url" ? "a URL such as http://localhost:11434/v1" : undefined;
    default:
      return undefined;
  }
};

/** A schema's own message often says "expected" itself. */
function bare(message: string): string {
  return message.replace(/^expected /i, "");
}

/** The keys that an object schema knows at a path. */
function namesAt(schema: z.core.$ZodType, path: readonly (string | number)[]): string[] {
  const [step, ...deeper] = path;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(inner.shape);
    const member = inner.shape[String(step)];
    return member ? namesAt(member, deeper) : [];
  }
  if (inner instanceof z.ZodRecord && step !== undefined) return namesAt(inner.valueType, deeper);
  return inner instanceof z.ZodArray && step !== undefined ? namesAt(inner.element, deeper) : [];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  // What is brought into shape first is known by the shape.
  if (inner instanceof z.ZodPipe && inner.in instanceof z.ZodTransform) return unwrapped(inner.out);
  return inner;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (node, step) => (typeof node === "object" && node !== null ? Reflect.get(node, step) : undefined),
    value,
  );
}

const MAX_SHOWN = 40;

function brief(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  return shorten(typeof value === "string" ? JSON.stringify(value) : String(value), MAX_SHOWN);
}
