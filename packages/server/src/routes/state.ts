import { state } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addState(api: Api, context: ApiContext): void {
  api.get(state.path, { schema: routeSchema(state) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.explain.state(request.query)),
  );
}
