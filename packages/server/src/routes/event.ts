import { event } from "@llm-sim/api";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { countSkippedLines } from "./what-is-missing.ts";

/** The writer allows 16 MB; a line of another hand may be larger. */
const LARGEST_EVENT = 32 * 1024 * 1024;

export function addEvent(api: Api, { store, memory }: ApiContext): void {
  api.get(event.path, { schema: routeSchema(event) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const held = await holdForReply(reply, memory, LARGEST_EVENT);
    if (held === undefined) return undefined;
    const { answer: line, skipped } = await run.ask((asked) => asked.eventLine(request.params.event_id));
    held.shrinkTo(line.length);
    countSkippedLines(reply, skipped);
    return reply.type("application/json; charset=utf-8").send(line);
  });
}
