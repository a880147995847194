import { RUN_STATUSES } from "@llm-sim/events/run";
import { EVENT_TYPES, VERBOSITY_LEVELS } from "@llm-sim/events/schema";
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
        summary: "One run, with everything that is counted of it",
        tags: ["simulations"],
        params: simulationParams,
        querystring: z.strictObject({}),
        response: answers(simulationSchema, "The run."),
      },
    },
    (request) => store.openRun(request.params.id).then((run) => run.summary()),
  );
}
