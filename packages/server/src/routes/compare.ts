import { compare } from "@llm-sim/api";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { LARGEST_EXPLANATION } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

export function addCompare(api: Api, { store, memory, comparisons }: ApiContext): void {
  api.get(compare.path, { schema: routeSchema(compare) }, async (request, reply) => {
    const { left, right } = request.query;
    // Before a thread is started for runs that are not there.
    await store.openRun(left);
    await store.openRun(right);
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    const { answer, skipped } = await comparisons.compare(left, right, gone.signal);
    const held = await holdForReply(reply, memory, LARGEST_EXPLANATION);
    if (held === undefined) return undefined;
    countSkippedLines(reply, skipped);
    countGaps(reply, answer);
    return answer;
  });
}
