import { didYouMean } from "@llm-sim/events/naming";
import type { JsonObject } from "@llm-sim/events/schema";
import { listText } from "@llm-sim/events/words";
import { type OfferedActions, ParamsError } from "@llm-sim/simulation";
import * as z from "zod";
import { jsonSchemaFor } from "../request/index.ts";

/** What an agent answers: what it does, and why. */
export interface Chosen {
  reason: string;
  /** In the order in which they are done. */
  actions: readonly { action_type: string; payload: JsonObject }[];
}

/** What an agent of type `llm` can do, and how it says so. */
export interface Choice {
  /** What an answer has to be. Payloads are checked, and handed on as they were given: the engine makes of them what it will. */
  schema: z.ZodType<Chosen>;
  /** For the prompt. */
  offered: readonly { action_type: string; payload: JsonObject }[];
}

/** Made once for all agents that can do the same. */
const CHOICES = new WeakMap<OfferedActions, Map<string, Choice>>();

/**
 * @param actions what the engine lets agents do
 * @param chosen those of them that this agent can do; all where they are left out
 * @throws ParamsError where the engine has no such action, or none whose payload can be said to a model
 */
export function choiceOf(actions: OfferedActions, chosen: readonly string[] | undefined): Choice {
  const names = [...new Set(chosen ?? Object.keys(actions))];
  const key = JSON.stringify(names);
  const made = CHOICES.get(actions) ?? new Map<string, Choice>();
  CHOICES.set(actions, made);
  const choice = made.get(key) ?? makeChoice(actions, names, chosen);
  made.set(key, choice);
  return choice;
}

function makeChoice(
  actions: OfferedActions,
  names: readonly string[],
  chosen: readonly string[] | undefined,
): Choice {
  const offered = names.map((name) => {
    const path = chosen ? ["actions", chosen.indexOf(name)] : ["actions"];
    const action = actionOf(actions, name, path);
    try {
      return { action_type: name, payload: jsonSchemaFor(action.payload) };
    } catch (error) {
      const others = Object.keys(actions).filter((other) => other !== name);
      const hint = chosen ? "" : `; name those that it can do, as in actions: [${others.join(", ")}]`;
      throw new ParamsError(
        `a model cannot be told what the payload of ${name} is: ${error instanceof Error ? error.message : String(error)}${hint}`,
        path,
        { cause: error },
      );
    }
  });
  return { offered, schema: answerSchema(actions, names, offered) };
}

/** @throws ParamsError that names the engine's actions */
export function actionOf(
  actions: OfferedActions,
  name: string,
  path: readonly (string | number)[],
): OfferedActions[string] {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action) return action;
  const names = Object.keys(actions);
  const near = didYouMean(name, names) || `; it has ${listText(names)}`;
  throw new ParamsError(
    `the engine has no action ${JSON.stringify(name)}${names.length === 0 ? "" : near}`,
    path,
  );
}

function answerSchema(
  actions: OfferedActions,
  names: readonly string[],
  offered: Choice["offered"],
): z.ZodType<Chosen> {
  const said = offered.map(({ action_type, payload }) => ({
    type: "object",
    properties: { action_type: { type: "string", const: action_type }, payload },
    required: ["action_type", "payload"],
    additionalProperties: false,
  }));
  // The model is told one schema; what it answers is checked by a kind of its own, which says of an action that is not there that
  // this is what is wrong, and lets payloads through as they were given.
  const action = z
    .unknown()
    .meta(said.length === 0 ? { not: {} } : { anyOf: said })
    .transform((given, context): Chosen["actions"][number] => {
      const read = actionShape.safeParse(given);
      for (const { path, message } of read.error?.issues ?? [])
        context.addIssue({ code: "custom", path: [...path], message });
      if (!read.success) return z.NEVER;
      const { action_type, payload } = read.data;
      if (!names.includes(action_type)) {
        const near =
          didYouMean(action_type, names) || (names.length === 0 ? "" : `; there are ${listText(names)}`);
        context.addIssue({
          code: "custom",
          path: ["action_type"],
          message: `there is no action ${JSON.stringify(action_type)}${near}`,
          params: { error_type: UNKNOWN_ACTION },
        });
        return z.NEVER;
      }
      const checked = actions[action_type]?.payload.safeParse(payload);
      for (const { path, message } of checked?.error?.issues ?? [])
        context.addIssue({ code: "custom", path: ["payload", ...path], message });
      return read.data;
    });
  return z.strictObject({
    reason: z.string().describe("Why, in a sentence or two"),
    actions: z.array(action).describe("What you do, in this order; empty to do nothing"),
  });
}

/** The `error_type` of an answer with an action that the engine does not have. */
export const UNKNOWN_ACTION = "unknown_action";

const actionShape = z.strictObject({
  action_type: z.string(),
  // As everywhere, one that is left out has nothing in it.
  payload: z.record(z.string(), z.json()).default({}),
});
