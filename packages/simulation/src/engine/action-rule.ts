import type { Causes } from "@llm-sim/events";
import type { ZodType } from "zod";
import type { Action } from "../agent/index.ts";
import { ActionRefused } from "./refusal.ts";

/** An action that was let through, and what caused it. */
export interface TurnAction extends Action {
  /** The decision behind it; of an interaction that several agents decided on, each one's. */
  causes: Causes;
}

/** What an engine knows of one type of action. */
export interface ActionRule<Draft> {
  /** What the payload has to be. */
  payload: ZodType;
  /** Why this payload will not do, or `undefined`. */
  check(payload: unknown): string | undefined;
  /** @throws ActionRefused */
  apply(draft: Draft, action: TurnAction): unknown;
  /** Of an interaction: its name, and who takes part besides the acting agent. */
  interaction?: { type: string; partners: (action: TurnAction) => readonly string[] };
}

export function actionRule<Draft, Payload>(
  schema: ZodType<Payload>,
  effect: (draft: Draft, action: Action<Payload>) => unknown,
): ActionRule<Draft> {
  return {
    payload: schema,
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
  partners: (action: Action<Payload>) => readonly string[],
  effect: (draft: Draft, action: Action<Payload>) => unknown,
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
