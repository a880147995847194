import { timeline } from "@llm-sim/api";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { unlessGone } from "./unless-gone.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** A thousand buckets of a thousand agents each, as objects and as JSON. */
const LARGEST_TIMELINE = 64 * 1024 * 1024;

export function addTimeline(api: Api, { store, memory }: ApiContext): void {
  api.get(timeline.path, { schema: routeSchema(timeline) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const held = await holdForReply(reply, memory, LARGEST_TIMELINE);
    if (held === undefined) return undefined;
    const asked = await unlessGone(reply, (gone) => run.ask((one) => one.timeline(request.query, gone)));
    if (asked === undefined) return undefined;
    const { answer: counts, skipped } = asked;
    countSkippedLines(reply, skipped);
    countGaps(reply, counts);
    return counts;
  });
}
