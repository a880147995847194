import { why } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addWhy(api: Api, context: ApiContext): void {
  api.get(why.path, { schema: routeSchema(why) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.explain.why(request.query)),
  );
}
