import { variables } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addVariables(api: Api, context: ApiContext): void {
  api.get(variables.path, { schema: routeSchema(variables) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.variables(request.query)),
  );
}
