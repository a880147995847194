import { values } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addValues(api: Api, context: ApiContext): void {
  api.get(values.path, { schema: routeSchema(values) }, (request, reply) =>
    explained(reply, context, request.params.id, (run, signal) =>
      run.explain.valuesByTurn(request.query, signal),
    ),
  );
}
