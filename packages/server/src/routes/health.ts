import * as z from "zod";
import { VERSION } from "../version.ts";
import type { Api } from "./api.ts";
import { answers } from "./schemas.ts";

const healthSchema = z.object({ status: z.literal("healthy"), version: z.string() });

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
    () => ({ status: "healthy", version: VERSION }),
  );
}
