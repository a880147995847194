import { run, runs } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";

export function addRuns(api: Api, { store }: ApiContext): void {
  api.get(runs.path, { schema: routeSchema(runs) }, async () => ({ simulations: await store.listRuns() }));
  api.get(run.path, { schema: routeSchema(run) }, (request) =>
    store.openRun(request.params.id).then((asked) => asked.details()),
  );
}
