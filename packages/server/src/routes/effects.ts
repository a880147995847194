import { effectsAnswerSchema, effectsQuerySchema } from "@llm-sim/store/answers";
import * as z from "zod";
import type { Api, ApiContext } from "./api.ts";
import { explained } from "./explained.ts";
import { answers, eventParams } from "./schemas.ts";

const { event_id: _inPath, ...query } = effectsQuerySchema.shape;

export function addEffects(api: Api, context: ApiContext): void {
  api.get(
    "/simulations/:id/effects/:event_id",
    {
      schema: {
        operationId: "getEffects",
        summary: "What an event led to, in sentences",
        tags: ["explanations"],
        params: eventParams,
        querystring: z.strictObject(query),
        response: answers(effectsAnswerSchema, "One sentence for each step, repetitions told together."),
      },
    },
    (request, reply) =>
      explained(reply, context, request.params.id, (run) => {
        const { event_id } = request.params;
        run.eventLine(event_id); // what is no event's id is not found, of whatever form it is
        return run.explain.effects({ event_id, ...request.query });
      }),
  );
}
