import { search } from "@llm-sim/api";
import { questionOf } from "../answers/index.ts";
import { searchPieces } from "../live/index.ts";
import { holdForReply } from "../memory/index.ts";
import { clientOf } from "../safety/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** Told piece by piece, as the messages that go out; its answer is the last of them. */
export const searchQuestion = questionOf(search, {
  length: "thorough",
  runs: ({ params }) => [params.id],
  answer: async ({ params, query: { hits, ...criteria } }, { store, signal, tell }) => {
    const run = await store.openRun(params.id);
    return { body: await searchPieces(run, { criteria, hits, signal }, tell) };
  },
});

export function addSearch(api: Api, { store, streams, gate, memory }: ApiContext): void {
  api.get(search.path, { schema: routeSchema(search) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const { params, query } = request;
    const { hits: _hits, ...criteria } = query;
    const client = clientOf(request);
    gate.requireRoom(searchQuestion, { params, query }, client);
    // Before the headers: what cannot be asked is refused as anywhere else.
    const { answer, skipped } = await run.ask((asked) => asked.completeness(criteria));
    countSkippedLines(reply, skipped);
    countGaps(reply, answer.gaps.length);
    if (request.method === "HEAD") return reply.type("text/event-stream").send();
    // What waits for a client that reads slowly is held with what other answers hold.
    const held = await holdForReply(reply, memory, 0);
    if (held === undefined) return undefined;
    await streams.search(
      reply,
      run,
      (gone, onPiece) => gate.ask(searchQuestion, { params, query }, { client, gone, onPiece }),
      held,
    );
    return undefined;
  });
}
