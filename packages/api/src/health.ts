import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { noParts, noQuery } from "./fields.ts";

export const healthAnswerSchema = z.object({
  status: z.literal("healthy"),
  version: z.string(),
  allow_write: z
    .literal(true)
    .optional()
    .meta({ description: "it does what a command asks, makes forks; absent where it only reads" }),
  commit: z.string().optional().meta({ description: "what it was built from, where known" }),
});
export type HealthAnswer = z.infer<typeof healthAnswerSchema>;

export const health = defineEndpoint({
  path: "/health",
  operationId: "getHealth",
  summary: "Whether the server answers",
  tag: "server",
  parts: noParts,
  query: noQuery,
  answer: healthAnswerSchema,
  answers: "It does.",
  errors: [],
});
