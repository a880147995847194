import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { noParts, noQuery } from "./fields.ts";

export const healthAnswerSchema = z.object({
  status: z.literal("healthy"),
  version: z.string(),
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
