import { find } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addFind(api: Api, context: ApiContext): void {
  api.get(find.path, { schema: routeSchema(find) }, (request, reply) =>
    explained(reply, context, request.params.id, (run, signal) => run.explain.find(request.query, signal)),
  );
}
