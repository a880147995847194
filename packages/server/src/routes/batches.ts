import { batch, batchCurves, batches } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";

export function addBatches(api: Api, { store }: ApiContext): void {
  api.get(batches.path, { schema: routeSchema(batches) }, async () => ({
    batches: await store.listBatches(),
  }));
  api.get(batch.path, { schema: routeSchema(batch) }, (request) =>
    store.batch(request.params.id, request.query),
  );
  api.get(batchCurves.path, { schema: routeSchema(batchCurves) }, (request) =>
    store.batchCurves(request.params.id, request.query),
  );
}
