import { stream, streamHeadersSchema } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

export function addStream(api: Api, { store, streams }: ApiContext): void {
  api.get(
    stream.path,
    {
      schema: { ...routeSchema(stream), headers: streamHeadersSchema },
    },
    async (request, reply) => {
      const run = await store.openRun(request.params.id);
      const after = request.headers["last-event-id"] || undefined;
      // Before the headers: where to go on must be an event of this run, or the client is told so.
      const { answer, skipped } = await run.ask(async (asked) => {
        const known = await asked.completeness(request.query);
        if (after !== undefined) await asked.eventLine(after);
        return known;
      });
      countSkippedLines(reply, skipped);
      countGaps(reply, answer.gaps.length);
      if (request.method === "HEAD") return reply.type("text/event-stream").send();
      await streams.serve(reply, run, { filter: request.query, ...(after !== undefined && { after }) });
      return undefined;
    },
  );
}
