import {
  agentIdSchema,
  eventIdSchema,
  jsonValueSchema,
  simulationIdSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineCommand } from "./endpoint.ts";
import { runParts, variable } from "./fields.ts";

/** What is done where a model is asked something that the parent's tape has no answer to. */
export const ON_MISS = ["live", "fail"] as const;

/** What is made otherwise in a fork; at least one of the turn and what is left out says from when on. */
export const forkRequestSchema = z.strictObject({
  turn: turnNumberSchema.min(1).optional().meta({
    description: "the first turn that differs; absent: the earliest of those of what is left out",
  }),
  set: z
    .array(z.strictObject({ variable, value: jsonValueSchema }))
    .optional()
    .meta({ description: "variables that are assigned at its start" }),
  decide: z
    .array(z.strictObject({ agent_id: agentIdSchema, decision: jsonValueSchema }))
    .optional()
    .meta({
      description:
        "decisions in that turn instead of those that the agents come to: { decision_type, actions? }, or the actions alone",
    }),
  without: z.array(eventIdSchema).optional().meta({
    description: "events of the parent (decisions, actions, rules, phases) that are not to come up again",
  }),
  config: z
    .array(z.strictObject({ path: z.string().min(1), value: jsonValueSchema }))
    .optional()
    .meta({ description: "settings of the config that are others from that turn on" }),
  model: z.string().min(1).optional().meta({ description: "the model that is asked from that turn on" }),
  turns: turnNumberSchema
    .min(1)
    .optional()
    .meta({ description: "how many turns it has in all; absent: as many as the parent was to have" }),
  on_miss: z
    .enum(ON_MISS)
    .optional()
    .meta({ description: "absent: live, a model is asked; fail: none ever is" }),
  id: simulationIdSchema.optional().meta({ description: "absent: one is made" }),
});
export type ForkRequest = z.infer<typeof forkRequestSchema>;

export const forkAnswerSchema = z.object({
  simulation_id: simulationIdSchema.meta({ description: "the fork's" }),
});
export type ForkAnswer = z.infer<typeof forkAnswerSchema>;

export const fork = defineCommand({
  path: "/simulations/:id/forks",
  operationId: "forkSimulation",
  summary: "Play a run again with something made otherwise, as a run of its own",
  description:
    "Only of a server that was started with --allow-write, with its token, from its own origin. The fork is a process of its own, which goes on when the server ends; it is answered once its first own turn begins, or when that takes long.",
  tag: "simulations",
  parts: runParts,
  body: forkRequestSchema,
  answer: forkAnswerSchema,
  answers: "It has begun.",
  errors: ["SIMULATION_NOT_FOUND", "NOT_FORKABLE", "OVERLOADED"],
});
