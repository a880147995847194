import { causality, causalityAnswerOf } from "@llm-sim/api";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** Up to 10,000 events each way are held as objects while they are written as JSON. */
const LARGEST_CHAIN = 64 * 1024 * 1024;

export function addCausality(api: Api, { store, memory }: ApiContext): void {
  api.get(causality.path, { schema: routeSchema(causality) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const held = await holdForReply(reply, memory, LARGEST_CHAIN);
    if (held === undefined) return undefined;
    const { depth, turn_markers: turnMarkers } = request.query;
    const { answer: found, skipped } = await run.ask((asked) =>
      asked.causality(request.params.event_id, depth, { turnMarkers }),
    );
    countSkippedLines(reply, skipped);
    countGaps(reply, found);
    return causalityAnswerOf(found);
  });
}
