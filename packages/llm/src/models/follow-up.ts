import type { JsonObject } from "@llm-sim/events/schema";
import type { Message } from "@llm-sim/events/tape/schema";
import type { TakenFailure } from "../answer/index.ts";

/**
 * What is said after an answer that cannot be taken: the answer, as the model's own, and what is wrong with it. Roles go on taking
 * turns, and nothing is empty, as some servers refuse what is not so.
 */
export function followUp(
  text: string,
  { error_type, message }: TakenFailure,
  schema?: JsonObject,
): Message[] {
  const what =
    schema === undefined
      ? "Answer again."
      : `Answer again, with JSON alone that follows this JSON Schema:\n${JSON.stringify(schema)}`;
  // What was cut off is long, and of no use.
  const said = error_type === "truncated" || text.trim() === "" ? "(no answer)" : text;
  return [
    { role: "assistant", content: said },
    { role: "user", content: `That cannot be taken: ${message}.\n${what}` },
  ];
}
