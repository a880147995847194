import type * as z from "zod";
import { invalidArgument } from "../errors.ts";

/** Throws INVALID_ARGUMENT naming the parameter. */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: z.input<Schema>,
): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys")
    throw invalidArgument(issue.keys[0] ?? "query", "there is no such parameter");
  throw invalidArgument(String(issue?.path[0] ?? "query"), issue?.message ?? "not valid");
}
