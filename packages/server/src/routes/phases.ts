import { phases } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addPhases(api: Api, context: ApiContext): void {
  api.get(phases.path, { schema: routeSchema(phases) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.phases(request.query)),
  );
}
