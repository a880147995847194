import { type RunSummary, run, runs } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";

export function addRuns(api: Api, { store }: ApiContext): void {
  api.get(runs.path, { schema: routeSchema(runs) }, async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(listBody(await store.listRuns())),
  );
  api.get(run.path, { schema: routeSchema(run) }, (request) =>
    store.openRun(request.params.id).then((asked) => asked.details()),
  );
}

/** A store gives the same object as long as a run stays as it is: of thousands only what has changed is made into text anew. */
const texts = new WeakMap<RunSummary, string>();

/** The last list that was asked for, as it went out: where nothing has changed, nothing is put together. */
let last: { of: readonly RunSummary[]; body: Buffer } | undefined;

function listBody(summaries: readonly RunSummary[]): Buffer {
  if (last?.of.length === summaries.length && last.of.every((summary, at) => summary === summaries[at]))
    return last.body;
  const all = summaries.map((summary) => {
    const known = texts.get(summary);
    if (known !== undefined) return known;
    const text = JSON.stringify(summary);
    texts.set(summary, text);
    return text;
  });
  const body = Buffer.from(`{"simulations":[${all.join(",")}]}`);
  last = { of: summaries, body };
  return body;
}
