import { effects } from "@llm-sim/api";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";

export function addEffects(api: Api, context: ApiContext): void {
  api.get(effects.path, { schema: routeSchema(effects) }, (request, reply) =>
    explained(reply, context, request.params.id, (run) => {
      const { event_id } = request.params;
      run.eventLine(event_id); // what is no event's id is not found, of whatever form it is
      return run.explain.effects({ event_id, ...request.query });
    }),
  );
}
