import { buildOf } from "@llm-sim/events/run";
import * as z from "zod";
import type { Api } from "./api.ts";
import { answers } from "./schemas.ts";

const BUILD = buildOf(import.meta.url);
const healthSchema = z.object({
  status: z.literal("healthy"),
  version: z.string(),
  commit: z.string().optional().meta({ description: "what it was built from, where known" }),
});

export function addHealth(api: Api): void {
  api.get(
    "/health",
    {
      schema: {
        operationId: "getHealth",
        summary: "Whether the server answers",
        tags: ["server"],
        querystring: z.strictObject({}),
        response: answers(healthSchema, "It does."),
      },
    },
    () => ({ status: "healthy", ...BUILD }),
  );
}
