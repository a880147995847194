import { widest } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addWidest(api: Api, context: ApiContext): void {
  api.get(widest.path, { schema: routeSchema(widest) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.explain.widest(request.query)),
  );
}
