import {
  ENDED_BY,
  RUN_STATUSES,
  runManifestSchema,
  triedSchema,
  troubleSchema,
  variableSummarySchema,
} from "@llm-sim/events/run";
import { EVENT_TYPES, jsonValueSchema, VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import * as z from "zod";
import type { Api, ApiContext } from "./api.ts";
import { answers, componentSchemas, simulationParams } from "./schemas.ts";

const count = z.int().min(0);
const moment = z.iso.datetime();

const simulationSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(RUN_STATUSES).meta({ description: "running: its writer lives" }),
  start_time: moment.optional().meta({ description: "absent where there is no event and no run.json" }),
  end_time: moment.optional().meta({ description: "absent while it runs" }),
  event_count: count,
  turns: count.meta({ description: "the highest turn so far" }),
  verbosity: z.enum(VERBOSITY_LEVELS).optional(),
  ended_by: z
    .enum(ENDED_BY)
    .optional()
    .meta({ description: "what brought it to its end, where the writer was told" }),
  tried: triedSchema
    .optional()
    .meta({ description: "what agents tried and what came of it; absent where there is no summary.json" }),
  summary_problem: z.string().optional().meta({ description: "why summary.json cannot be used" }),
  agents: count
    .optional()
    .meta({ description: "agents with events of their own; in a list absent where not known yet" }),
  by_type: z
    .partialRecord(z.enum(EVENT_TYPES), count)
    .optional()
    .meta({ description: "events by kind; in a list absent where not known yet" }),
  dropped: count.meta({ description: "events that the writer had to give up" }),
  skipped_lines: count
    .optional()
    .meta({ description: "lines that are no valid events; in a list absent where not known yet" }),
  bytes: count.meta({ description: "size of the log's files" }),
  segments: count.meta({ description: "the log's files" }),
  unreadable: z.string().optional().meta({
    description:
      "why the run cannot be asked by its id, or its log not be read; then the rest is what run.json says, or 0",
  }),
});
componentSchemas.add(simulationSchema, { id: "Simulation" });

const detailsSchema = simulationSchema.extend({
  config: jsonValueSchema.optional().meta({ description: "the simulation's, as it counted" }),
  seed: z.int().optional(),
  parameters: jsonValueSchema.optional().meta({ description: "the engine's, of the config" }),
  versions: runManifestSchema.shape.versions,
  llm_sim_commit: runManifestSchema.shape.llm_sim_commit,
  git_commit: runManifestSchema.shape.git_commit,
  batch: z.string().optional(),
  parent: z
    .object({ simulation_id: z.string(), turn: count, event_id: z.string() })
    .optional()
    .meta({ description: "the run that this one goes on from" }),
  end_reason: z.string().optional().meta({ description: "what simulation_end says" }),
  refusals: z.array(troubleSchema).optional().meta({ description: "commonest first, at most a hundred" }),
  failures: z.array(troubleSchema).optional().meta({ description: "commonest first, at most a hundred" }),
  variables: z
    .array(variableSummarySchema.omit({ points: true }))
    .optional()
    .meta({
      description:
        "first, last, least and greatest values; at most a thousand; absent without a summary.json",
    }),
  variables_total: count.optional(),
});
componentSchemas.add(detailsSchema, { id: "SimulationDetails" });

export function addSimulations(api: Api, { store }: ApiContext): void {
  api.get(
    "/simulations",
    {
      schema: {
        operationId: "listSimulations",
        summary: "Every run, newest first",
        tags: ["simulations"],
        querystring: z.strictObject({}),
        response: answers(z.object({ simulations: z.array(simulationSchema) }), "The runs."),
      },
    },
    async () => ({ simulations: await store.listRuns() }),
  );

  api.get(
    "/simulations/:id",
    {
      schema: {
        operationId: "getSimulation",
        summary: "One run: everything that is counted of it, what it was run from, and what it came to",
        tags: ["simulations"],
        params: simulationParams,
        querystring: z.strictObject({}),
        response: answers(detailsSchema, "The run."),
      },
    },
    (request) => store.openRun(request.params.id).then((run) => run.details()),
  );
}
