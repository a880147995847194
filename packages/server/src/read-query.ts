import { isRepeated } from "@llm-sim/api";
import { nearest } from "@llm-sim/events/naming";
import { shorten, valueText } from "@llm-sim/events/words";
import * as z from "zod";
import { ApiError, invalidArgument } from "./errors/index.ts";

/** A message is one line, however long what was sent. */
const MAX_NAME = 60;

type Kind = "text" | "integer" | "list" | "repeated" | "flag";
export type ReadQuery = (raw: unknown) => Record<string, unknown>;

/**
 * Reads a query string by a schema whose fields are whole numbers, flags, texts, and lists of texts, which are repeated or
 * comma-separated (those that may hold commas are repeated alone). The schema itself stays free of strings, so that it is the one that is documented.
 *
 * The function it makes throws `INVALID_ARGUMENT`, naming the parameter and, for an unknown one, the nearest that there is.
 */
export function queryReader(schema: z.ZodObject): ReadQuery {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const kinds = kindsOf(properties, schema.shape);
  return (raw) => {
    const values: Record<string, unknown> = {};
    for (const [name, given] of Object.entries(isRecord(raw) ? raw : {})) {
      const kind = kinds.get(name);
      if (kind === undefined) throw unknownParameter(name, kinds.keys());
      values[name] = readValue(name, kind, given);
    }
    const parsed = schema.safeParse(values);
    if (!parsed.success) throw refusal(parsed.error, values, properties);
    return parsed.data;
  };
}

type Properties = NonNullable<z.core.JSONSchema.ObjectSchema["properties"]>;

function kindsOf(properties: Properties, shape: z.ZodObject["shape"]): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const [name, property] of Object.entries(properties)) {
    const type = typeof property === "object" ? property.type : undefined;
    const list = isRepeated(shape[name]) ? "repeated" : "list";
    kinds.set(
      name,
      type === "integer" ? "integer" : type === "array" ? list : type === "boolean" ? "flag" : "text",
    );
  }
  return kinds;
}

/** `given` is a text, or an array of them where the name is repeated. */
function readValue(name: string, kind: Kind, given: unknown): unknown {
  if (kind === "list") {
    const items = (Array.isArray(given) ? given : [given]).flatMap((text) => String(text).split(","));
    if (items.includes("")) throw invalidArgument(name, "a value is empty");
    return items;
  }
  if (kind === "repeated") return [given].flat().map(String);
  if (typeof given !== "string") throw invalidArgument(name, "given more than once");
  if (kind === "text") return given;
  if (kind === "flag") {
    if (given === "true" || given === "false") return given === "true";
    throw invalidArgument(name, `expected true or false, got ${valueText(given)}`);
  }
  if (!/^-?\d{1,16}$/.test(given))
    throw invalidArgument(name, `expected a whole number, got ${valueText(given)}`);
  return Number(given);
}

function unknownParameter(name: string, known: Iterable<string>): ApiError {
  const names = [...known];
  const similar = nearest(name, names);
  if (similar !== undefined) {
    return invalidArgument(
      shorten(name, MAX_NAME),
      `there is no such parameter; did you mean ${similar}?`,
      similar,
    );
  }
  const choice = names.length > 0 ? `; there are ${names.join(", ")}` : "; none is taken here";
  return invalidArgument(shorten(name, MAX_NAME), `there is no such parameter${choice}`);
}

function refusal(
  error: z.ZodError,
  values: Readonly<Record<string, unknown>>,
  properties: Properties,
): ApiError {
  const [issue] = error.issues;
  if (issue === undefined) return new ApiError("INVALID_ARGUMENT", error.message);
  const parameter = String(issue.path[0] ?? "query");
  const given = issue.path.reduce<unknown>(
    (value, key) => (isRecord(value) ? value[String(key)] : undefined),
    values,
  );
  if (issue.code === "invalid_value" && typeof given === "string") {
    const similar = nearest(given, issue.values.map(String));
    const choice =
      similar === undefined ? `expected one of ${issue.values.join(", ")}` : `did you mean ${similar}?`;
    return invalidArgument(parameter, `there is no ${valueText(given)}; ${choice}`, similar);
  }
  if (given === undefined) {
    const property = properties[parameter];
    const description = typeof property === "object" ? property.description : undefined;
    const isMissing = issue.code === "invalid_type" && issue.path.length === 1;
    const what = description === undefined ? "" : `: ${description}`;
    return invalidArgument(parameter, isMissing ? `it is missing${what}` : issue.message);
  }
  const isEscaped = typeof given !== "string" || !SPACE_FOR_PLUS.test(given);
  const hint = isEscaped ? "" : "; a + in an address stands for a space: write %2B";
  return invalidArgument(parameter, `${issue.message}, got ${valueText(given)}${hint}`);
}

/** A time whose zone was +01:00, as it arrives where the plus was not escaped. */
const SPACE_FOR_PLUS = /T[\d:.]+ \d{2}:?\d{2}$/i;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
