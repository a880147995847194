import {
  agentIdSchema,
  eventIdSchema,
  eventSchema,
  jsonValueSchema,
  SYSTEM_STATUSES,
  simulationIdSchema,
  timestampSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import {
  BREAK_OFFS,
  messageSchema,
  OUTCOMES,
  samplingSchema,
  tapeHashSchema,
  usageSchema,
} from "@llm-sim/events/tape/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, eventParts, hintsSchema, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const DEFAULT_CALLS = 1000;
export const MAX_CALLS = 10_000;
/** Who can ask a model. */
export const ASKERS = ["agent", "engine", "validator"] as const;
export type Asker = (typeof ASKERS)[number];

/** Which calls: criteria combine with AND, the values of one criterion with OR. */
export const callsQuerySchema = z.strictObject({
  agent_ids: z
    .array(agentIdSchema)
    .optional()
    .meta({ description: "the agent that asks, or about whose action the validator does" }),
  actors: z.array(z.enum(ASKERS)).optional().meta({ description: "who asks" }),
  turn_start: turnNumberSchema.optional().meta({ description: "from this turn, inclusive" }),
  turn_end: turnNumberSchema.optional().meta({ description: "to this turn, inclusive" }),
  purpose: z.string().min(1).optional(),
  model: z.string().min(1).optional().meta({ description: "the one asked for, or the one that answered" }),
  status: z.array(z.enum(SYSTEM_STATUSES)).optional(),
  outcome: z.array(z.enum(OUTCOMES)).optional(),
  decision_id: eventIdSchema.optional().meta({ description: "those behind this decision" }),
  limit: z.int().min(1).max(MAX_CALLS).default(DEFAULT_CALLS),
  offset: z.int().min(0).default(0),
  cursor: z.string().optional().meta({ description: "next_cursor of the page before" }),
});
export type CallsQuery = z.input<typeof callsQuerySchema>;

/** One attempt at a question to a language model, as its event tells of it. */
export const callSchema = z.object({
  event_id: eventIdSchema.meta({ description: "the attempt's own event" }),
  timestamp: timestampSchema,
  turn: turnNumberSchema,
  actor: z.enum(ASKERS).meta({ description: "who asks" }),
  agent_id: agentIdSchema
    .optional()
    .meta({ description: "the agent that asks, or about whose action is asked; absent of the engine's" }),
  place: z
    .string()
    .optional()
    .meta({ description: "which of the asker's places asks; absent where it has one" }),
  purpose: z.string(),
  key: z.string().optional().meta({ description: "absent where the question was asked without one" }),
  ordinal: count.meta({ description: "of the questions of one asker, turn, purpose and key, from 0" }),
  attempt: z.int().min(1).meta({ description: "of the question, from 1" }),
  call: z.string().meta({
    description: "the coordinate: where it stands on the tape",
    example: "agent alice/3/decide/0#1",
  }),
  model: z.string(),
  served_model: z.string().optional().meta({ description: "absent where the server does not say it" }),
  status: z.enum(SYSTEM_STATUSES),
  outcome: z.enum(OUTCOMES),
  error_type: z.string().optional().meta({ description: "absent where the answer was taken" }),
  error: z.string().optional().meta({ description: "in words; absent where the answer was taken" }),
  broken_off_by: z.enum(BREAK_OFFS).optional().meta({ description: "absent where nothing of this side did" }),
  http_status: z
    .int()
    .optional()
    .meta({ description: "absent where there was no answer, or none was noted" }),
  finish_reason: z.string().optional().meta({ description: "absent where the server does not say it" }),
  marks: z
    .array(z.string())
    .optional()
    .meta({ description: "what had to be done to take the answer; absent where nothing" }),
  usage: usageSchema.optional().meta({ description: "in tokens; absent where nothing was answered" }),
  latency_ms: z.number().min(0),
  cost_usd: z.number().min(0).optional().meta({ description: "absent where no price is known" }),
  decision_id: eventIdSchema
    .optional()
    .meta({ description: "the decision that came of it; absent where none did" }),
});
export type ModelCall = z.infer<typeof callSchema>;

const totalsShape = {
  calls: count.meta({ description: "attempts" }),
  questions: count.meta({ description: "of which some took several attempts" }),
  retries: count.meta({ description: "attempts after which was asked again" }),
  failures: count.meta({ description: "attempts after which was given up" }),
  input_tokens: count,
  output_tokens: count,
  cached_tokens: count.meta({ description: "of the input" }),
  reasoning_tokens: count.meta({ description: "of the output" }),
  estimated: count.meta({ description: "calls whose tokens were counted here: the server gave no count" }),
  latency_ms: z.number().min(0).meta({ description: "of all together, also of those at the same time" }),
  cost_usd: z.number().min(0).meta({ description: "of those whose price is known" }),
  unpriced: count.meta({ description: "calls that used tokens, and whose price is not known" }),
};
export const callTotalsSchema = z.object(totalsShape);
export type CallTotals = z.infer<typeof callTotalsSchema>;

export const askerTotalsSchema = z.object({
  actor: z.enum(ASKERS),
  agent_id: agentIdSchema.optional().meta({ description: "absent of the engine's" }),
  ...totalsShape,
});
export type AskerTotals = z.infer<typeof askerTotalsSchema>;

export const callsAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  calls: z.array(callSchema).meta({ description: "in order of (timestamp, place in the log)" }),
  total: count.meta({ description: "how many match, on all pages" }),
  has_more: z.boolean(),
  next_cursor: z.string().nullable().meta({
    description: "give it as cursor for the next page; good while the run grows; null on the last page",
  }),
  totals: callTotalsSchema.meta({ description: "of all that match" }),
  by_agent: z
    .array(askerTotalsSchema)
    .meta({ description: "the same by who asks: agents by name, then the engine, then the validator" }),
  by_model: z
    .array(z.object({ model: z.string(), ...totalsShape }))
    .meta({ description: "the same by the model that was asked" }),
  ...completeness,
  hints: hintsSchema,
});
export type CallsAnswer = z.infer<typeof callsAnswerSchema>;

export const calls = defineEndpoint({
  path: "/simulations/:id/calls",
  operationId: "listCalls",
  summary: "What language models were asked: tokens, time, money, and what came of it",
  description:
    "An entry is one attempt; a question may have taken several. What was said is asked for one call at a time.",
  tag: "calls",
  parts: runParts,
  query: callsQuerySchema,
  answer: callsAnswerSchema,
  answers: "A page, and what all that match come to.",
  errors: ["SIMULATION_NOT_FOUND"],
});

export const callQuerySchema = z.strictObject({
  delta: z.boolean().default(false).meta({
    description: "messages that stand in the call of the same asker before, too, as ranges of that one's",
  }),
});
export type CallQuery = z.input<typeof callQuerySchema>;

/** Of what the tape keeps no text, the hash alone is known. */
const spokenSchema = z.object({
  item: z.literal("message"),
  at: count.meta({ description: "its number among this call's, from 0" }),
  hash: tapeHashSchema,
  role: messageSchema.shape.role.optional().meta({ description: "absent where the tape does not have it" }),
  content: z.string().optional().meta({ description: "absent where the tape does not have it" }),
  name: z.string().optional().meta({ description: "of who speaks; absent where none was given" }),
});
const repeatedSchema = z.object({
  item: z.literal("same"),
  at: count.meta({ description: "the number of the first among this call's, from 0" }),
  from: count.meta({ description: "the first, by its number among the previous call's" }),
  to: z.int().min(1).meta({ description: "the number behind the last" }),
});
export const callMessageSchema = z.discriminatedUnion("item", [spokenSchema, repeatedSchema]);
export type CallMessage = z.infer<typeof callMessageSchema>;

export const TAPE_KEEPS = ["texts", "hashes", "nothing"] as const;

export const callAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  event_id: eventIdSchema,
  call: callSchema,
  event: eventSchema,
  attempts: z
    .array(callSchema)
    .meta({ description: "all at the same question, this one among them, in their order" }),
  tape: z.enum(TAPE_KEEPS).meta({
    description: "what the tape keeps of it: texts and hashes, hashes alone, or nothing",
  }),
  messages: z
    .array(callMessageSchema)
    .optional()
    .meta({ description: "what was said to the model, in order; absent where the tape keeps nothing of it" }),
  message_count: count.optional().meta({ description: "absent where the tape keeps nothing of it" }),
  previous: z
    .object({
      event_id: eventIdSchema.optional().meta({ description: "absent where the log has no such event" }),
      call: z.string().meta({ description: "its coordinate" }),
      message_count: count,
    })
    .optional()
    .meta({ description: "the call of the same asker before it on the tape; absent where there is none" }),
  text: z.string().optional().meta({ description: "the answer as it came; absent where none is kept" }),
  reasoning: z
    .string()
    .optional()
    .meta({ description: "thinking that came apart from the text; absent where none is kept" }),
  schema: jsonValueSchema
    .optional()
    .meta({ description: "the JSON Schema of the answer; absent where none was asked for, or none is kept" }),
  sampling: samplingSchema
    .loose()
    .optional()
    .meta({ description: "absent where the tape keeps nothing of it" }),
  request_hash: tapeHashSchema.optional().meta({ description: "absent where the tape keeps nothing of it" }),
  warnings: z
    .array(z.string())
    .readonly()
    .optional()
    .meta({ description: "what the provider does not do of what was asked; absent where nothing" }),
  ...completeness,
});
export type CallAnswer = z.infer<typeof callAnswerSchema>;

export const call = defineEndpoint({
  path: "/simulations/:id/calls/:event_id",
  operationId: "getCall",
  summary: "One call of a language model: what was said, and what was answered",
  description:
    "Of an attempt's own event; of a decision, the attempt that answered it. A text of more than 32 MB is not answered: what is left out is a gap.",
  tag: "calls",
  parts: eventParts,
  query: callQuerySchema,
  answer: callAnswerSchema,
  answers: "The call.",
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND"],
});
