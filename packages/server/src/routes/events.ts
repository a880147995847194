import { events } from "@llm-sim/api";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { pageBody, pageSize } from "./page-body.ts";
import { routeSchema } from "./route-schema.ts";
import { unlessGone } from "./unless-gone.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** A page ends early at 32 MB; what it can take before its size is known. */
const LARGEST_PAGE = 32 * 1024 * 1024;

export function addEvents(api: Api, { store, memory }: ApiContext): void {
  api.get(events.path, { schema: routeSchema(events) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const held = await holdForReply(reply, memory, LARGEST_PAGE);
    if (held === undefined) return undefined;
    const asked = await unlessGone(reply, (gone) => run.ask((one) => one.query(request.query, gone)));
    if (asked === undefined) return undefined;
    const { answer: page, skipped } = asked;
    held.shrinkTo(pageSize(page));
    countSkippedLines(reply, skipped);
    countGaps(reply, page);
    const { body, length } = pageBody(page);
    return reply.type("application/json; charset=utf-8").header("content-length", length).send(body);
  });
}
