import { search } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

export function addSearch(api: Api, { store, streams }: ApiContext): void {
  api.get(search.path, { schema: routeSchema(search) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const { hits, ...criteria } = request.query;
    // Before the headers: what cannot be asked is refused as anywhere else.
    const { answer, skipped } = await run.ask((asked) => asked.completeness(criteria));
    countSkippedLines(reply, skipped);
    countGaps(reply, answer);
    if (request.method === "HEAD") return reply.type("text/event-stream").send();
    await streams.search(reply, run, criteria, hits);
    return undefined;
  });
}
