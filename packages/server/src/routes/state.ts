import { stateAnswerSchema, stateQuerySchema } from "@llm-sim/store/answers";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { answers, simulationParams } from "./schemas.ts";

export function addState(api: Api, context: ApiContext): void {
  api.get(
    "/simulations/:id/state",
    {
      schema: {
        operationId: "getState",
        summary: "The whole world at a moment",
        tags: ["explanations"],
        params: simulationParams,
        querystring: stateQuerySchema,
        response: answers(
          stateAnswerSchema,
          "Every variable as it was then, and whether that can be relied on.",
        ),
      },
    },
    (request, reply) =>
      explained(reply, context, request.params.id, (run) => run.explain.state(request.query)),
  );
}
