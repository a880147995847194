import {
  DIALECTS,
  LOSS_KINDS,
  recordByName,
  VERIFY_RESULTS,
  VERIFY_RULES,
  type VerifyRule,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, noQuery, runParts } from "./fields.ts";

const RULES = Object.keys(VERIFY_RULES).filter((rule): rule is VerifyRule =>
  Object.hasOwn(VERIFY_RULES, rule),
);
const place = {
  file: z.string(),
  line: count.meta({ description: "from 1" }),
  offset: count.meta({ description: "of the line's first byte" }),
};

export const integrityAnswerSchema = z.object({
  simulation_id: z.string(),
  result: z
    .enum(VERIFY_RESULTS)
    .meta({ description: "loss: right, but events are known to be missing; violation: a rule is broken" }),
  dialect: z.enum(DIALECTS).meta({ description: "whose hand wrote the first event" }),
  has_manifest: z.boolean().meta({
    description:
      "without run.json it is another hand's: schema, unique ids and existing causes are asked only",
  }),
  events: count,
  repeated_lines: count.meta({ description: "whose event stands further up already; not among events" }),
  being_written: z.boolean(),
  violations: z
    .array(z.object({ ...place, rule: z.enum(RULES), message: z.string() }))
    .meta({ description: "the first 100; lines that are no events are among them" }),
  violation_count: count.meta({ description: "all of them" }),
  losses: z.array(
    z.object({
      ...place,
      event_id: z.string().optional().meta({
        description: "the warning that tells of it; absent where the log does not say so itself",
      }),
      error_type: z.enum(LOSS_KINDS),
      details: recordByName(z.unknown())
        .optional()
        .meta({ description: "the warning's own; absent where it has none" }),
      message: z.string(),
    }),
  ),
  unproven: z.array(z.enum(RULES)).meta({ description: "rules that the losses leave unproven" }),
});
export type IntegrityAnswer = z.infer<typeof integrityAnswerSchema>;

export const integrity = defineEndpoint({
  path: "/simulations/:id/integrity",
  operationId: "getIntegrity",
  summary: "Whether a run's log keeps its rules",
  description: "Reads the whole log, beside the other requests: some seconds for a million events.",
  tag: "simulations",
  parts: runParts,
  query: noQuery,
  answer: integrityAnswerSchema,
  answers: "What was found.",
  errors: ["SIMULATION_NOT_FOUND"],
});
