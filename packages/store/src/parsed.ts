import { didYouMean } from "@llm-sim/events/naming";
import * as z from "zod";
import { invalidArgument } from "./errors.ts";

/** What a schema has let through. No other object is taken for one: what is asked is parsed where it comes in, and only there. */
export type Parsed<Schema extends z.ZodType> = z.output<z.core.$ZodBranded<Schema, "parsed">>;
export type ParsedMark = z.$brand<"parsed">;

/**
 * @param part what an error calls a member that there is not
 * @throws StoreError INVALID_ARGUMENT naming the parameter
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  input: z.input<Schema>,
  { whole, part }: { whole: string; part: string } = { whole: "query", part: "parameter" },
): Parsed<Schema> {
  const parsed = z.safeParse(schema.brand<"parsed">(), input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") {
    const wrong = issue.keys[0] ?? whole;
    throw invalidArgument(wrong, `there is no such ${part}${didYouMean(wrong, namesOf(schema))}`);
  }
  throw invalidArgument(String(issue?.path[0] ?? whole), issue?.message ?? "not valid");
}

function namesOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
