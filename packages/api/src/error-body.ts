import { recordByName } from "@llm-sim/events/schema";
import * as z from "zod";

/** The body of every answer that is no success, as a client takes it: a newer server may have further codes. */
export const receivedErrorSchema = z.object({
  code: z.string(),
  message: z.string().meta({ description: "one line: what is wrong and what to do" }),
  details: recordByName(z.unknown()).optional().meta({
    description:
      "of INVALID_ARGUMENT, parameter and, for a name nearly right, nearest; absent of codes that say all",
  }),
});
