import { eventFilterSchema } from "@llm-sim/events/schema";
import { completeness } from "@llm-sim/store/answers";
import * as z from "zod";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { pageBody, pageSize } from "./page-body.ts";
import { answers, eventSchema, hintsSchema, simulationParams } from "./schemas.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** A page ends early at 32 MB; what it can take before its size is known. */
const LARGEST_PAGE = 32 * 1024 * 1024;

const pageSchema = z.object({
  events: z.array(eventSchema).meta({ description: "in order of (timestamp, place in the log)" }),
  total: z.int().min(0).meta({ description: "how many match, on all pages" }),
  has_more: z.boolean(),
  next_cursor: z.string().nullable().meta({
    description: "give it as cursor for the next page; good while the run grows; null on the last page",
  }),
  ...completeness,
  hints: hintsSchema,
});

export function addEvents(api: Api, { store, memory }: ApiContext): void {
  api.get(
    "/simulations/:id/events",
    {
      schema: {
        operationId: "listEvents",
        summary: "A run's events, filtered and paged",
        description:
          "Criteria combine with AND, the values of one with OR. Lists are repeated or comma-separated. " +
          "The header X-Skipped-Lines counts the lines of the log that are no valid events, X-Gaps the reasons why events may be missing. A page ends early at 32 MB.",
        tags: ["events"],
        params: simulationParams,
        querystring: eventFilterSchema,
        response: answers(pageSchema, "A page."),
      },
    },
    async (request, reply) => {
      const run = await store.openRun(request.params.id);
      const held = await holdForReply(reply, memory, LARGEST_PAGE);
      if (held === undefined) return undefined;
      const { answer: page, skipped } = await run.ask((asked) => asked.query(request.query));
      held.shrinkTo(pageSize(page));
      countSkippedLines(reply, skipped);
      countGaps(reply, page);
      const { body, length } = pageBody(page);
      return reply.type("application/json; charset=utf-8").header("content-length", length).send(body);
    },
  );
}
