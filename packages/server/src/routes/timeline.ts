import { timeline } from "@llm-sim/api";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** A thousand buckets of a thousand agents each, as objects and as JSON. */
const LARGEST_TIMELINE = 64 * 1024 * 1024;

export function addTimeline(api: Api, { store, memory }: ApiContext): void {
  api.get(timeline.path, { schema: routeSchema(timeline) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const held = await holdForReply(reply, memory, LARGEST_TIMELINE);
    if (held === undefined) return undefined;
    const { answer: counts, skipped } = await run.ask((asked) => asked.timeline(request.query));
    countSkippedLines(reply, skipped);
    countGaps(reply, counts);
    return counts;
  });
}
