import { stream, streamHeadersSchema } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

export function addStream(api: Api, { store, streams }: ApiContext): void {
  api.get(
    stream.path,
    {
      // Without negotiation: the plugin's own 406 has another shape than the errors here, and a client that asks this route wants the stream.
      sse: { kind: "manual" },
      schema: { ...routeSchema(stream), headers: streamHeadersSchema },
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
