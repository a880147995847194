import { isNameError, readSteps } from "@llm-sim/events/naming";
import { type JsonValue, jsonValueSchema, recordByName } from "@llm-sim/events/schema";
import * as z from "zod";
import { copyJson, isPlainObject, sameJson } from "../world/index.ts";

export const VARIABLE_TYPES = ["number", "integer", "string", "boolean", "array", "object"] as const;
export type VariableType = (typeof VARIABLE_TYPES)[number];

/** What a config says of a variable. */
const declarationSchema = z
  .strictObject({
    type: z.enum(VARIABLE_TYPES).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    allowed_values: z.array(jsonValueSchema).min(1).optional(),
    /** It may be `null` as well. */
    nullable: z.boolean().optional(),
    /** What it is at set-up, where nothing else says so. */
    default: jsonValueSchema.optional(),
  })
  .superRefine((given, context) => {
    const refuse = (message: string, ...path: (string | number)[]) =>
      context.addIssue({ code: "custom", path, message });
    const { type, minimum, maximum, allowed_values: allowed = [] } = given;
    for (const bound of ["minimum", "maximum"] as const) {
      if (given[bound] !== undefined && type !== undefined && type !== "number" && type !== "integer") {
        refuse(`expected none: the type is ${type}, and only numbers have a ${bound}`, bound);
      }
    }
    if (minimum !== undefined && maximum !== undefined && maximum < minimum) {
      refuse(`expected at least the minimum, ${minimum}`, "maximum");
    }
    for (const [index, value] of allowed.entries()) {
      const { allowed_values: _, ...rest } = given;
      if (!fits(rest, value)) refuse(`expected ${expectedText(rest)}`, "allowed_values", index);
    }
    if (given.default === undefined) return;
    const copied = copyJson(given.default);
    if ("notJson" in copied) refuse("expected what JSON can carry", "default");
    else if (!fits(given, given.default)) refuse(`expected ${expectedText(given)}`, "default");
  });
export type Declaration = z.infer<typeof declarationSchema>;

/** What is declared of a variable does not go together. */
export class DeclarationError extends Error {
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], problem: string) {
    super(problem);
    this.name = "DeclarationError";
    this.path = path;
  }
}

/** What is said at `path`, and what of it `base` says where that is of the same type. */
export function completed(
  own: Declaration,
  base: Declaration | undefined,
  path: DeclarationError["path"],
): Declaration {
  if (!base || (own.type !== undefined && own.type !== typeOf(base))) return own;
  const parsed = declarationSchema.safeParse({ ...base, ...own });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0]);
  const value: unknown = Reflect.get({ ...base, ...own }, field);
  throw new DeclarationError(
    path,
    `with what is said of all agents, ${field} is ${JSON.stringify(value)}: ${issue?.message}`,
  );
}

/** Variables of a part by name: keys joined with `.`, `*` for any one key. */
export const declarationsSchema = recordByName(declarationSchema).superRefine((given, context) => {
  for (const [name, { default: value }] of Object.entries(given)) {
    const refuse = (message: string, ...path: string[]) =>
      context.addIssue({ code: "custom", path: [name, ...path], message });
    try {
      const isPattern = readSteps(name).some(({ text, isQuoted }) => text === "*" && !isQuoted);
      if (isPattern && value !== undefined) {
        refuse("expected none: a name with * is no one variable's", "default");
      }
    } catch (error) {
      if (!isNameError(error)) throw error;
      refuse(`expected a variable's name (${error.message})`);
    }
  }
});

/** Whether a value is as it was declared. */
export function fits(declared: Declaration, value: JsonValue): boolean {
  const { minimum, maximum, allowed_values, nullable } = declared;
  if (value === null && nullable === true) return true;
  if (!isOfType(typeOf(declared), value)) return false;
  if (typeof value === "number") {
    if (minimum !== undefined && value < minimum) return false;
    if (maximum !== undefined && value > maximum) return false;
  }
  return allowed_values === undefined || allowed_values.some((allowed) => sameJson(allowed, value));
}

/** Whether it is declared to be something that has members of its own, or may be that. */
export function mayBeObject(declared: Declaration): boolean {
  return declared.allowed_values === undefined && (typeOf(declared) ?? "object") === "object";
}

/** What is expected, for messages: `a whole number from 0 to 10`. */
export function expectedText(declared: Declaration): string {
  const { allowed_values, minimum, maximum, nullable } = declared;
  const orNull = nullable === true ? " or null" : "";
  if (allowed_values) {
    return `${allowed_values.length === 1 ? "" : "one of "}${allowed_values.map((value) => JSON.stringify(value)).join(", ")}${orNull}`;
  }
  const type = typeOf(declared);
  const kind = type === undefined ? "a value" : KINDS[type];
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}${orNull}`;
  if (minimum !== undefined) return `${kind} of at least ${minimum}${orNull}`;
  if (maximum !== undefined) return `${kind} of at most ${maximum}${orNull}`;
  return `${kind}${orNull}`;
}

const KINDS: Record<VariableType, string> = {
  number: "a number",
  integer: "a whole number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of keys to values",
};

/** What has bounds is a number, said or not. */
function typeOf({ type, minimum, maximum }: Declaration): VariableType | undefined {
  return type ?? (minimum === undefined && maximum === undefined ? undefined : "number");
}

function isOfType(type: VariableType | undefined, value: JsonValue): boolean {
  switch (type) {
    case undefined:
      return true;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isPlainObject(value);
    default:
      return typeof value === type;
  }
}
