import { integrity } from "@llm-sim/api";
import { newerFormat } from "@llm-sim/events/run";
import { simulationNotFound } from "@llm-sim/store";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";

export function addIntegrity(api: Api, { store, integrity: checks }: ApiContext): void {
  api.get(integrity.path, { schema: routeSchema(integrity) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const newer = newerFormat(run.directory);
    if (newer !== undefined) throw simulationNotFound(run.id, [], newer);
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    return checks.check(run.directory, gone.signal);
  });
}
