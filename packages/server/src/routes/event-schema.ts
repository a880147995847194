import { eventJsonSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import type { Api } from "./api.ts";
import { answers } from "./schemas.ts";

export function addEventSchema(api: Api): void {
  const schema = eventJsonSchema();
  api.get(
    "/schema/event",
    {
      schema: {
        operationId: "getEventSchema",
        summary: "The JSON Schema of an event",
        tags: ["server"],
        querystring: z.strictObject({}),
        response: answers(z.record(z.string(), z.unknown()), "A JSON Schema, draft 2020-12."),
      },
    },
    () => schema,
  );
}
