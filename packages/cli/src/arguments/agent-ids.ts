import { agentIdSchema } from "@llm-sim/events/schema";
import { InvalidArgumentError } from "commander";

/** One agent's id. */
export function agentId(text: string): string {
  const parsed = agentIdSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("Expected an id of 1-128 characters without comma.");
  return parsed.data;
}

/** Adds an agent's id to those that were named before. */
export function agentIds(text: string, before: readonly string[] = []): string[] {
  const parsed = agentIdSchema.safeParse(text);
  if (!parsed.success) {
    throw new InvalidArgumentError(
      "Expected an id of 1-128 characters without comma; the option may be given more than once.",
    );
  }
  return [...before, parsed.data];
}
