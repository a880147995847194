import * as z from "zod";
import { eventSchema } from "./event.ts";

/** The JSON Schema (2020-12) of one line of the log, made from the schemas the types come from. */
export function eventJsonSchema(): Record<string, unknown> {
  return {
    $id: "urn:llm-sim:schema:event",
    title: "llm-sim event",
    ...z.toJSONSchema(eventSchema, { target: "draft-2020-12", unrepresentable: "any" }),
  };
}
