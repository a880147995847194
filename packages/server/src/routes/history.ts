import { history } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addHistory(api: Api, context: ApiContext): void {
  api.get(history.path, { schema: routeSchema(history) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.explain.history(request.query)),
  );
}
