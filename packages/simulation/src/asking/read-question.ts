import { type OptionNames, unknownOption } from "@llm-sim/events/naming";
import { messageSchema, samplingSchema } from "@llm-sim/events/tape/schema";
import * as z from "zod";
import { AskError } from "./ask-error.ts";
import { expectedDuration, isDuration, LONGEST_TIMEOUT } from "./llm-settings.ts";
import type { Question } from "./question.ts";

const NAMES: OptionNames<Question> = {
  purpose: true,
  messages: true,
  schema: true,
  key: true,
  model: true,
  sampling: true,
  max_attempts: true,
  timeout: true,
};

/** All but the schema of the answer, which is the asker's own and handed on as it is. */
const askedSchema = z.object({
  purpose: z.string().min(1),
  messages: z.array(messageSchema).min(1),
  key: z.string().optional(),
  model: z.string().min(1).optional(),
  sampling: samplingSchema.optional(),
  max_attempts: z.int().min(1).optional(),
  timeout: z
    .string()
    .refine((text) => isDuration(text, LONGEST_TIMEOUT), {
      message: expectedDuration("30s", LONGEST_TIMEOUT),
    })
    .optional(),
});

/**
 * The question as it stands when it is asked: what becomes later of what was given for it changes nothing.
 *
 * @throws AskError `invalid_question`, with what is wrong, in one line
 */
export function readQuestion<T>(given: Question<T>): Question<T> {
  if (typeof given !== "object" || given === null)
    throw invalid(`expected { purpose, messages, schema? }, not ${given === null ? "null" : typeof given}`);
  const unknown = unknownOption("ask", given, NAMES);
  if (unknown !== undefined) throw invalid(unknown);
  const { schema } = given;
  if (schema !== undefined && typeof Object(schema).safeParse !== "function")
    throw invalid("schema: expected a schema of zod, such as z.object({ amount: z.number() })");
  const parsed = askedSchema.safeParse(given);
  if (parsed.success) return { ...parsed.data, schema };
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.map(String).join(".") || "the question"}: ${issue?.message ?? "is invalid"}`);
}

function invalid(problem: string): AskError {
  return new AskError("invalid_question", `This cannot be asked: ${problem}`);
}
