import { parseSize } from "@llm-sim/events";
import { agentIdSchema, MOST_CAUSES, recordByName, VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import * as z from "zod";
import { llmSchema } from "../asking/index.ts";
import { EXPECTED_TIMEOUT, readDecideTimeout } from "../run/index.ts";
import { observesSchema } from "../sight/index.ts";
import { declarationsSchema } from "../variables/index.ts";
import { llmAgentKeys } from "./llm-agent.ts";

const whole = z.int({
  error: ({ code }) => (code === "invalid_type" ? "expected a whole number" : undefined),
});
const turns = whole.min(1);
const params = recordByName(z.unknown());
const type = z.string().min(1);

const size = z.union([z.number(), z.string()]).refine(
  (given) => {
    try {
      return parseSize(given, "size") > 0;
    } catch {
      return false;
    }
  },
  { message: "expected a size such as 500MB, or a number of bytes" },
);

const decideTimeout = z
  .unknown()
  .refine((given) => typeof given === "string" && readDecideTimeout(given) !== undefined, {
    message: EXPECTED_TIMEOUT,
  })
  .transform(String);

/** The shape of a config; what engines, agents and validators make of their `params` is theirs to say. */
export const configSchema = z.strictObject({
  simulation: z.strictObject({
    name: z.string().min(1),
    turns: turns.optional(),
    max_turns: turns.optional(),
    seed: whole.optional(),
    checkpoint_interval: whole.min(1).optional(),
    decide_timeout: decideTimeout.optional(),
  }),
  events: z
    .strictObject({
      verbosity: z.enum(VERBOSITY_LEVELS).optional(),
      max_file_size: size.optional(),
      queue_size: size.optional(),
      max_event_size: size.optional(),
      max_causes: whole.min(1).max(MOST_CAUSES).optional(),
      on_full: z.enum(["drop", "wait"]).optional(),
      compress: z.enum(["none", "gzip"]).optional(),
      durability: z.enum(["none", "fsync"]).optional(),
    })
    .prefault({}),
  engine: z.strictObject({ type, params: params.optional() }),
  agents: z
    .array(
      z.strictObject({
        name: agentIdSchema,
        /** So many of them, `name-1` and so on. */
        count: whole.min(1).optional(),
        type,
        params: params.optional(),
        initial_state: params.prefault({}),
        state_variables: declarationsSchema.optional(),
        observes: observesSchema.optional(),
        ...llmAgentKeys,
      }),
    )
    .min(1),
  /** Types of agents that the engine can let come, by the name that its `spawn` uses. */
  agent_types: z.record(type, type).optional(),
  state_variables: z
    .strictObject({ global: declarationsSchema.optional(), agents: declarationsSchema.optional() })
    .optional(),
  /** Of agents of whom nothing else is said. */
  observes: observesSchema.optional(),
  validator: z.strictObject({ type, params: params.optional() }).prefault({ type: "basic" }),
  llm: llmSchema.optional(),
});
export type Config = z.infer<typeof configSchema>;
