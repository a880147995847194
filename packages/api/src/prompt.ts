import { agentIdSchema, jsonValueSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import { messageSchema, samplingSchema } from "@llm-sim/events/tape/schema";
import * as z from "zod";
import { type CallAnswer, callSchema } from "./calls.ts";

/** What a language model was asked, or would be, in one attempt. */
export const promptSchema = z.object({
  call: callSchema.shape.call,
  purpose: z.string(),
  model: z.string(),
  sampling: samplingSchema.loose(),
  messages: z.array(messageSchema).meta({ description: "all of them, in order" }),
  schema: jsonValueSchema
    .optional()
    .meta({ description: "the JSON Schema of the answer; absent where none was asked for" }),
});
export type Prompt = z.infer<typeof promptSchema>;

/** What an agent is asked in a turn: printed by the command line, of a run or of a config that was not run. */
export const promptsAnswerSchema = z.object({
  simulation_id: simulationIdSchema.optional().meta({ description: "absent of a config" }),
  agent_id: agentIdSchema,
  turn: turnNumberSchema,
  prompts: z.array(promptSchema).meta({ description: "in the order of asking" }),
});
export type PromptsAnswer = z.infer<typeof promptsAnswerSchema>;

/** What a call on record was asked; `undefined` where its tape keeps no texts. */
export function promptOf({ call, messages = [], sampling, schema, tape }: CallAnswer): Prompt | undefined {
  const said = messages.map((message) => messageSchema.safeParse(plainMessage(message)));
  const whole = said.flatMap(({ data }) => data ?? []);
  if (tape !== "texts" || whole.length < said.length) return undefined;
  return {
    call: call.call,
    purpose: call.purpose,
    model: call.model,
    sampling: sampling ?? {},
    messages: whole,
    ...(schema !== undefined && { schema }),
  };
}

function plainMessage(message: NonNullable<CallAnswer["messages"]>[number]): object {
  if (message.item !== "message") return {};
  const { role, content, name } = message;
  return { role, content, ...(name !== undefined && { name }) };
}
