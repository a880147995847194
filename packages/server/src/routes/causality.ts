import { eventIdSchema } from "@llm-sim/events/schema";
import { type CausalityEntry, DEFAULT_DEPTH, MAX_DEPTH } from "@llm-sim/store";
import { completeness } from "@llm-sim/store/answers";
import * as z from "zod";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { answers, componentSchemas, eventParams, eventSchema } from "./schemas.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** Up to 10,000 events each way are held as objects while they are written as JSON. */
const LARGEST_CHAIN = 64 * 1024 * 1024;

const entrySchema = z
  .intersection(eventSchema, z.looseObject({ depth: z.int().min(1) }))
  .meta({ description: "an event, and how many steps it is away, the shortest way" });
componentSchemas.add(entrySchema, { id: "CausalityEntry" });

const causalitySchema = z.object({
  event_id: eventIdSchema,
  event: eventSchema,
  upstream: z.array(entrySchema).meta({ description: "what led to it, breadth first, each event once" }),
  downstream: z.array(entrySchema).meta({ description: "what it led to, breadth first, each event once" }),
  missing: z
    .array(z.object({ event_id: z.string(), referenced_by: eventIdSchema }))
    .meta({ description: "events that are named as causes, but are not in the log" }),
  truncated: z.boolean().meta({ description: "there is more than depth, or than 10,000 entries" }),
  ...completeness,
});

const causalityQuery = z.strictObject({
  depth: z
    .int()
    .min(1)
    .max(MAX_DEPTH)
    .default(DEFAULT_DEPTH)
    .meta({ description: "how many steps each way" }),
  turn_markers: z.boolean().default(false).meta({
    description:
      "beginnings and ends of turns, too, last of what is equally near; always where one is asked about",
  }),
});

export function addCausality(api: Api, { store, memory }: ApiContext): void {
  api.get(
    "/simulations/:id/causality/:event_id",
    {
      schema: {
        operationId: "getCausality",
        summary: "What led to an event, and what it led to",
        tags: ["events"],
        params: eventParams,
        querystring: causalityQuery,
        response: answers(causalitySchema, "The causes and the effects, nearest first."),
      },
    },
    async (request, reply) => {
      const run = await store.openRun(request.params.id);
      const held = await holdForReply(reply, memory, LARGEST_CHAIN);
      if (held === undefined) return undefined;
      const { depth, turn_markers: turnMarkers } = request.query;
      const { answer: causality, skipped } = await run.ask((asked) =>
        asked.causality(request.params.event_id, depth, { turnMarkers }),
      );
      countSkippedLines(reply, skipped);
      countGaps(reply, causality);
      const { upstream, downstream, ...rest } = causality;
      return { ...rest, upstream: upstream.map(withDepth), downstream: downstream.map(withDepth) };
    },
  );
}

function withDepth({ event, depth }: CausalityEntry): Record<string, unknown> {
  return { ...event, depth };
}
