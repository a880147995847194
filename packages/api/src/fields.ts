// What the questions and answers of several resources have.
import { agentIdSchema } from "@llm-sim/events/schema";
import * as z from "zod";

export const count = z.int().min(0);

export const noParts = z.object({});
export const runParts = z.object({
  id: z.string().meta({ description: "the run: its directory's name", examples: ["market-7"] }),
});
export const eventParts = runParts.extend({
  event_id: z.string().meta({ description: "a ULID", examples: ["01KAR8B1C0A1B2C000000000F7"] }),
});

export const noQuery = z.strictObject({});

export const variable = z.string().min(1).meta({
  description:
    "a variable by name: alice.wealth, price, \"gpt-4.1\".wealth; what begins with an agent is the agent's, the world's is global.x",
  example: "alice.wealth",
});
export const agentOfVariable = agentIdSchema.meta({
  description: "whose, where variable is its own name alone, as in inventory.gold",
  example: "alice",
});

/** Lists whose items may hold a comma: given one by one, never joined. */
const oneByOne = z.registry<{ oneByOne: true }>();

/** A parameter that is given again for each of its values, which may hold commas; other lists are joined with them. */
export function repeated<List extends z.ZodArray>(list: List): List {
  oneByOne.add(list, { oneByOne: true });
  return list;
}

/** Whether a parameter's schema was made by {@link repeated}. */
export function isRepeated(schema: z.core.$ZodType | undefined): boolean {
  if (schema === undefined) return false;
  return schema instanceof z.ZodOptional ? isRepeated(schema.unwrap()) : oneByOne.has(schema);
}

export const hintsSchema = z.array(z.string()).optional().meta({
  description: "why nothing may match: an agent or event that is asked for is not in the log, or not yet",
});
