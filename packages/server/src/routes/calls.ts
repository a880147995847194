import { call, calls } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addCalls(api: Api, context: ApiContext): void {
  api.get(calls.path, { schema: routeSchema(calls) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.calls(request.query)),
  );
  api.get(call.path, { schema: routeSchema(call) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => run.call(request.params.event_id, request.query)),
  );
}
