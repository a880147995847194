import type { Causes } from "@llm-sim/events";
import type { JsonObject } from "@llm-sim/events/schema";
import type { ZodType } from "zod";
import { ActionRefused } from "./refusal.ts";

/** An action that has been let through, as the engine gets it. */
export interface TurnAction {
  agent_id: string;
  action_type: string;
  payload: JsonObject;
  interaction_type?: string | undefined;
  participating_agent_ids?: readonly string[] | undefined;
  description?: string | undefined;
  details?: object | undefined;
  /** Its place among all that its agent proposed in this turn, from 0; an engine that makes an action leaves it out. */
  place?: number | undefined;
  /** The decision behind it; of an interaction that several agents decided on, each one's. */
  causes: Causes;
}

/** An action as an effect sees it: its payload as the schema gives it. */
export interface AppliedAction<Payload> {
  agent_id: string;
  action_type: string;
  payload: Payload;
}

/** What an engine knows of one type of action. */
export interface ActionRule<Draft> {
  /** Why this payload will not do, or `undefined`. */
  check(payload: unknown): string | undefined;
  /** @throws ActionRefused */
  apply(draft: Draft, action: TurnAction): unknown;
  /** Of an interaction: its name, and who takes part besides the acting agent. */
  interaction?: { type: string; partners: (action: TurnAction) => readonly string[] };
}

export function actionRule<Draft, Payload>(
  schema: ZodType<Payload>,
  effect: (draft: Draft, action: AppliedAction<Payload>) => unknown,
): ActionRule<Draft> {
  return {
    check: (payload) => {
      const result = schema.safeParse(payload);
      return result.success ? undefined : problem(result.error.issues);
    },
    apply: (draft, action) => effect(draft, { ...action, payload: parse(schema, action.payload) }),
  };
}

export function interactionRule<Draft, Payload>(
  type: string,
  schema: ZodType<Payload>,
  partners: (action: AppliedAction<Payload>) => readonly string[],
  effect: (draft: Draft, action: AppliedAction<Payload>) => unknown,
): ActionRule<Draft> {
  return {
    ...actionRule(schema, effect),
    interaction: {
      type,
      partners: (action) => partners({ ...action, payload: parse(schema, action.payload) }),
    },
  };
}

function parse<Payload>(schema: ZodType<Payload>, payload: unknown): Payload {
  const result = schema.safeParse(payload);
  if (!result.success) throw new ActionRefused(problem(result.error.issues), "payload");
  return result.data;
}

/** `payload.amount: Too small: expected number to be >0` */
function problem(issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  const [first] = issues;
  return first
    ? `${["payload", ...first.path.map(String)].join(".")}: ${first.message}`
    : "payload is invalid";
}
