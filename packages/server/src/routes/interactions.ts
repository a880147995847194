import { interactions } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addInteractions(api: Api, context: ApiContext): void {
  api.get(interactions.path, { schema: routeSchema(interactions) }, (request, reply) =>
    explained(reply, context, request.params.id, (run, signal) =>
      run.explain.interactions(request.query, signal),
    ),
  );
}
