import { eventCriteria } from "@llm-sim/events/schema";
import * as z from "zod";
import { MAX_STREAMS } from "../limits.ts";
import type { Api, ApiContext } from "./api.ts";
import { answers, failure, simulationParams } from "./schemas.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

const streamHeaders = z.looseObject({
  "last-event-id": z
    .string()
    .optional()
    .meta({ description: "go on behind this event; a browser's EventSource sends it when it reconnects" }),
});

export function addStream(api: Api, { store, streams }: ApiContext): void {
  api.get(
    "/simulations/:id/stream",
    {
      // Without negotiation: the plugin's own 406 has another shape than the errors here, and a client that asks this route wants the stream.
      sse: { kind: "manual" },
      schema: {
        operationId: "streamEvents",
        summary: "A run's events as they are written",
        description:
          "Server-Sent Events: every matching event once, in order, from the first one or from behind Last-Event-ID; " +
          "id is the event_id, data the event. When the run is over: event: end, with its status as data; where it cannot go on: event: failure, with an error.",
        tags: ["events"],
        params: simulationParams,
        headers: streamHeaders,
        querystring: z.strictObject(eventCriteria),
        response: {
          ...answers(z.string(), "The stream.", "text/event-stream"),
          503: failure(`TOO_MANY_STREAMS: ${MAX_STREAMS} are open already`),
        },
      },
    },
    async (request, reply) => {
      const run = await store.openRun(request.params.id);
      const after = reply.sse.lastEventId ?? undefined;
      // Before the headers: where to go on must be an event of this run, or the client is told so.
      const { answer, skipped } = await run.ask((asked) => {
        const known = asked.completeness(request.query);
        if (after !== undefined) asked.eventLine(after);
        return known;
      });
      countSkippedLines(reply, skipped);
      countGaps(reply, answer);
      if (request.method === "HEAD") return reply.type("text/event-stream").send();
      await streams.serve(reply, run, { filter: request.query, ...(after !== undefined && { after }) });
      return undefined;
    },
  );
}
