import { agentIdSchema, type JsonObject } from "@llm-sim/events/schema";
import * as z from "zod";
import type { DeclaredState } from "../variables/index.ts";
import { copyJsonObject, isPlainObject, withoutDrafts } from "../world/index.ts";
import { problemOf } from "./agent-types.ts";

/** An agent that is to come, as an engine gives it. */
export interface Newcomer {
  /** Used once in a run. */
  id: string;
  /** A type of agents that the config names, under `agents` or `agent_types`. */
  type: string;
  /** JSON; what the type's `static params` takes. Default `{}`. */
  params?: object;
  /** Its part of the state. Default `{}`. */
  initial_state?: object;
}

/** The same, checked, free of drafts and of what it shares with others. */
export interface CheckedNewcomer {
  id: string;
  type: string;
  params: JsonObject;
  initial_state: JsonObject;
}

const newcomerSchema = z.strictObject({
  id: agentIdSchema,
  type: z.string().min(1),
  params: z.unknown().optional(),
  initial_state: z.unknown().optional(),
});

/**
 * @param agentState the engine's schema for parts of the state
 * @param declared what the config declares of variables: who comes begins with the defaults of its type, too
 * @throws Error that says what is wrong with it
 */
export function checkedNewcomer(
  given: unknown,
  agentState?: z.core.$ZodType,
  declared?: DeclaredState,
): CheckedNewcomer {
  const parsed = newcomerSchema.safeParse(given);
  if (!parsed.success) throw new Error(`spawn takes { id, type }: ${problemOf("", parsed.error)}`);
  const { id, type, params = {}, initial_state = {} } = parsed.data;
  declared?.admit(id, type);
  const own = withoutDrafts(initial_state);
  const state = declared && isPlainObject(own) ? declared.filledPart(id, own) : own;
  const fitting = agentState ? z.safeParse(agentState, state) : { success: true as const, data: state };
  if (!fitting.success) throw new Error(`agent ${id}: ${problemOf("initial_state", fitting.error)}`);
  return {
    id,
    type,
    params: jsonOf(`params of agent ${id}`, withoutDrafts(params)),
    initial_state: jsonOf(`initial_state of agent ${id}`, fitting.data),
  };
}

function jsonOf(what: string, value: unknown): JsonObject {
  const copied = copyJsonObject(value);
  if ("value" in copied) return copied.value;
  const { path, problem } = copied.notJson;
  throw new Error(`${what}${path === "" ? "" : `: ${path}`} ${problem}`);
}
