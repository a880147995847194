import { historyAnswerSchema, historyQuerySchema } from "@llm-sim/store/answers";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { answers, simulationParams } from "./schemas.ts";

export function addHistory(api: Api, context: ApiContext): void {
  api.get(
    "/simulations/:id/history",
    {
      schema: {
        operationId: "getHistory",
        summary: "Every change of one variable",
        tags: ["explanations"],
        params: simulationParams,
        querystring: historyQuerySchema,
        response: answers(
          historyAnswerSchema,
          "The changes in order of the log, each with what brought it about.",
        ),
      },
    },
    (request, reply) =>
      explained(reply, context, request.params.id, (run) => run.explain.history(request.query)),
  );
}
