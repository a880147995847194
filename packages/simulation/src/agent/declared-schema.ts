import type * as z from "zod";

/** The schemas that a class can have as static members, for what the config, or an engine's `spawn`, says to it. */
export type StaticSchema = "params" | "agentState";

/** The schema that a class or a function declares, where it declares one. */
export function declaredSchema(code: object, name: StaticSchema): z.core.$ZodType | undefined {
  const schema: unknown = Reflect.get(code, name);
  return isSchema(schema) ? schema : undefined;
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}
