import { DIALECTS, LOSS_KINDS, VERIFY_RESULTS, VERIFY_RULES, type VerifyRule } from "@llm-sim/events/read";
import { newerFormat } from "@llm-sim/events/run";
import { simulationNotFound } from "@llm-sim/store";
import * as z from "zod";
import type { Api, ApiContext } from "./api.ts";
import { answers, simulationParams } from "./schemas.ts";

const RULES = Object.keys(VERIFY_RULES).filter((rule): rule is VerifyRule =>
  Object.hasOwn(VERIFY_RULES, rule),
);
const count = z.int().min(0);
const place = {
  file: z.string(),
  line: count.meta({ description: "from 1" }),
  offset: count.meta({ description: "of the line's first byte" }),
};

const reportSchema = z.object({
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
      event_id: z.string().optional(),
      error_type: z.enum(LOSS_KINDS),
      details: z.record(z.string(), z.unknown()).optional(),
      message: z.string(),
    }),
  ),
  unproven: z.array(z.enum(RULES)).meta({ description: "rules that the losses leave unproven" }),
});

export function addIntegrity(api: Api, { store, integrity }: ApiContext): void {
  api.get(
    "/simulations/:id/integrity",
    {
      schema: {
        operationId: "getIntegrity",
        summary: "Whether a run's log keeps its rules",
        description: "Reads the whole log, beside the other requests: some seconds for a million events.",
        tags: ["simulations"],
        params: simulationParams,
        querystring: z.strictObject({}),
        response: answers(reportSchema, "What was found."),
      },
    },
    async (request, reply) => {
      const run = await store.openRun(request.params.id);
      const newer = newerFormat(run.directory);
      if (newer !== undefined) throw simulationNotFound(run.id, [], newer);
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      return integrity.check(run.directory, gone.signal);
    },
  );
}
