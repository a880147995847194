import { whyAnswerSchema, whyQuerySchema } from "@llm-sim/store/answers";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { answers, simulationParams } from "./schemas.ts";

export function addWhy(api: Api, context: ApiContext): void {
  api.get(
    "/simulations/:id/why",
    {
      schema: {
        operationId: "getWhy",
        summary: "Why a variable has its value, or why an event happened",
        tags: ["explanations"],
        params: simulationParams,
        querystring: whyQuerySchema,
        response: answers(
          whyAnswerSchema,
          "The smallest chain that explains it, one sentence for each step; for a number, what it is made of.",
        ),
      },
    },
    (request, reply) => explained(reply, context, request.params.id, (run) => run.explain.why(request.query)),
  );
}
