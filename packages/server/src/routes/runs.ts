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

function listBody(summaries: readonly RunSummary[]): Buffer {
  const all = summaries.map((summary) => {
    const known = texts.get(summary);
    if (known !== undefined) return known;
    const text = JSON.stringify(summary);
    texts.set(summary, text);
    return text;
  });
  return Buffer.from(`{"simulations":[${all.join(",")}]}`);
}
