import { widestAnswerSchema, widestQuerySchema } from "@llm-sim/store/answers";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { answers, simulationParams } from "./schemas.ts";

export function addWidest(api: Api, context: ApiContext): void {
  api.get(
    "/simulations/:id/widest",
    {
      schema: {
        operationId: "getWidest",
        summary: "The decisions that most follows from",
        tags: ["explanations"],
        params: simulationParams,
        querystring: widestQuerySchema,
        response: answers(widestAnswerSchema, "The decisions, those with the widest consequences first."),
      },
    },
    (request, reply) =>
      explained(reply, context, request.params.id, (run) => run.explain.widest(request.query)),
  );
}
