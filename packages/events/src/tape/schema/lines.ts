import * as z from "zod";
import { jsonValueSchema, simulationIdSchema } from "../../schema/index.ts";
import { coordinateSchema } from "./coordinate.ts";

/** `sha256:` and 64 hexadecimal digits. */
export const tapeHashSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hexadecimal digits");

export const messageSchema = z.strictObject({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string(),
  name: z.string().optional(),
});
export type Message = z.infer<typeof messageSchema>;

const SERVERS_OWN = "absent: whatever the server does by itself";
export const samplingSchema = z.strictObject({
  temperature: z.number().optional().meta({ description: SERVERS_OWN }),
  top_p: z.number().optional().meta({ description: SERVERS_OWN }),
  max_tokens: z.int().min(1).optional().meta({ description: SERVERS_OWN }),
  seed: z.int().optional().meta({ description: SERVERS_OWN }),
  stop: z.array(z.string()).optional().meta({ description: SERVERS_OWN }),
});
export type Sampling = z.infer<typeof samplingSchema>;

/** What is asked, whoever serves it: what `request_hash` is the hash of. Timeouts, retries, URLs and ids are no part of it. */
export const requestSchema = z.strictObject({
  model: z.string().min(1),
  sampling: samplingSchema,
  messages: z.array(tapeHashSchema),
  schema: tapeHashSchema.optional(),
});
export type CanonicalRequest = z.infer<typeof requestSchema>;

/** Why a call that could have been made, or was under way, came to nothing from this side. */
export const BREAK_OFFS = ["budget", "decide_timeout", "signal", "unawaited"] as const;
export type BreakOff = (typeof BREAK_OFFS)[number];

export const OUTCOMES = ["response", "http_error", "network", "timeout", "aborted", "invalid"] as const;
export type AttemptOutcome = (typeof OUTCOMES)[number];

const tokens = z.int().min(0).optional();
const UNCOUNTED = "absent where nobody counted";
export const usageSchema = z.looseObject({
  input_tokens: tokens.meta({ description: UNCOUNTED }),
  output_tokens: tokens.meta({ description: UNCOUNTED }),
  cached_tokens: tokens.meta({ description: "of the input" }),
  reasoning_tokens: tokens.meta({ description: "of the output" }),
  estimated: z.literal(true).optional().meta({ description: "counted here: the server gave no count" }),
});
export type Usage = z.infer<typeof usageSchema>;

/** What came of an attempt. */
export const attemptResultSchema = z.looseObject({
  outcome: z.enum(OUTCOMES),
  text: z
    .string()
    .optional()
    .meta({ description: "the answer as it came; absent where the tape keeps no texts" }),
  reasoning: z
    .string()
    .optional()
    .meta({ description: "thinking that came apart from the text; absent where the tape keeps no texts" }),
  finish_reason: z.string().optional(),
  served_model: z.string().optional(),
  usage: usageSchema.optional(),
  cost_usd: z
    .number()
    .min(0)
    .optional()
    .meta({ description: "by the prices of the day it was asked; absent where none is known" }),
  latency_ms: z.number().min(0),
  error: z.string().optional().meta({ description: "in words; absent where the tape keeps no texts" }),
  status: z.int().optional().meta({ description: "HTTP status" }),
  retryable: z.boolean().optional().meta({ description: "whether the same request may go well later" }),
  retry_after_ms: z.number().min(0).optional(),
  broken_off_by: z
    .enum(BREAK_OFFS)
    .optional()
    .meta({ description: "of `aborted`: what of this side ended it, or did not let it begin" }),
  warnings: z
    .array(z.string())
    .readonly()
    .optional()
    .meta({ description: "what the provider does not do of what was asked" }),
});
export type AttemptResult = z.infer<typeof attemptResultSchema>;

/**
 * The first line. Where a later session keeps something else, such a line stands again before what that session writes.
 */
export const tapeHeadSchema = z.looseObject({
  line: z.literal("tape"),
  format_version: z.int().min(1),
  simulation_id: simulationIdSchema,
  texts: z.boolean().meta({ description: "whether messages, schemas and answers are on the tape" }),
  attempts: z.literal(false).optional().meta({ description: "nothing is kept from here on (mode `off`)" }),
});
export type TapeHead = z.infer<typeof tapeHeadSchema>;

/** A message, before the first attempt that says it. Its hash is that of `{ role, content, name? }`. */
export const messageLineSchema = z
  .strictObject({ line: z.literal("message"), hash: tapeHashSchema })
  .extend(messageSchema.shape);
export type MessageLine = z.infer<typeof messageLineSchema>;

/** The JSON Schema of an answer, before the first attempt that asks for it. */
export const schemaLineSchema = z.strictObject({
  line: z.literal("schema"),
  hash: tapeHashSchema,
  schema: jsonValueSchema,
});
export type SchemaLine = z.infer<typeof schemaLineSchema>;

/**
 * The messages of an attempt, beside those of the attempt of the same actor before it on the tape: the hash of a message, or
 * `[from, to]`: those of the list before from number `from` to `to - 1`.
 */
export const messageDeltaSchema = z.array(
  z.union([tapeHashSchema, z.tuple([z.int().min(0), z.int().min(1)])]),
);
export type MessageDelta = z.infer<typeof messageDeltaSchema>;

export const attemptLineSchema = z
  .looseObject({
    line: z.literal("attempt"),
    coordinate: coordinateSchema,
    request_hash: tapeHashSchema,
    model: z.string().min(1),
    sampling: samplingSchema,
    messages: messageDeltaSchema,
    schema: tapeHashSchema.optional(),
  })
  .extend(attemptResultSchema.shape);
export type AttemptLine = z.infer<typeof attemptLineSchema>;

/** An attempt as a reader gives it: `messages` are all of its messages, by their hashes. */
export const recordedAttemptSchema = attemptLineSchema.extend({ messages: z.array(tapeHashSchema) });
export type RecordedAttempt = z.infer<typeof recordedAttemptSchema>;

/** Any line of `tape.jsonl`. */
export const tapeLineSchema = z.discriminatedUnion("line", [
  tapeHeadSchema,
  messageLineSchema,
  schemaLineSchema,
  attemptLineSchema,
]);
export type TapeLine = z.infer<typeof tapeLineSchema>;
