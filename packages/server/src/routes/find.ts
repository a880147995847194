import { findAnswerSchema, findQuerySchema } from "@llm-sim/store/answers";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { answers, simulationParams } from "./schemas.ts";

export function addFind(api: Api, context: ApiContext): void {
  api.get(
    "/simulations/:id/find",
    {
      schema: {
        operationId: "getMoments",
        summary: "When a condition on the state became true",
        tags: ["explanations"],
        params: simulationParams,
        querystring: findQuerySchema,
        response: answers(findAnswerSchema, "The moments in order of the log."),
      },
    },
    (request, reply) =>
      explained(reply, context, request.params.id, (run) => run.explain.find(request.query)),
  );
}
