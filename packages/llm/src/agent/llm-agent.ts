import { shorten } from "@llm-sim/events/words";
import {
  type Agent,
  type AgentContext,
  type AgentSetup,
  type Decision,
  isAskError,
  type LlmAgentSettings,
  llmAgentSchema,
  type OfferedActions,
  ParamsError,
} from "@llm-sim/simulation";
import * as z from "zod";
import { CALL_ERRORS } from "../models/index.ts";
import { actionOf, choiceOf } from "./choice.ts";
import { Conversation } from "./conversation.ts";
import { DEFAULT_PROMPT, PROMPT_NAMES } from "./default-prompt.ts";
import { isTemplateError, Template } from "./template/index.ts";

/** In tokens, of earlier turns. */
const DEFAULT_MEMORY = 2_000;
/** What an event's description may have, in characters. */
const MAX_DESCRIPTION = 500;

const paramsSchema = llmAgentSchema.transform(({ prompt, ...params }) => ({
  ...params,
  memory: params.memory ?? { tokens: DEFAULT_MEMORY },
  prompt: {
    system: prompt?.system ?? { text: DEFAULT_PROMPT.system },
    user: prompt?.user ?? { text: DEFAULT_PROMPT.user },
  },
}));
type Params = z.output<typeof paramsSchema>;

/** What a template can show that is not the same in each turn. */
const CHANGING = [
  "turn",
  "observation",
  "failed",
] as const satisfies readonly (typeof PROMPT_NAMES)[number][];

/** What a turn is remembered by in which no answer could be used, until there is one again. */
const failedSchema = z.object({ turn: z.int(), error_type: z.string(), decision_type: z.string() });
const FAILED = "failed";

/**
 * An agent that asks a language model what to do: `type: llm` in a config. From code:
 *
 *     defineSimulation({ …, agents: [{ name: "ann", agent: LlmAgent, params: { persona: "You are a fisher." } }] });
 *
 * It is told who it is, what it can do and what it sees, by two templates; what it answers is a list of the engine's actions, and why.
 */
export class LlmAgent implements Agent {
  static readonly params = paramsSchema;
  static readonly memory = "tracked";
  readonly #params: Params;
  readonly #system: Template;
  readonly #user: Template;
  /** The system's message, where it is the same in each turn. */
  #systemText: string | undefined;

  /** @throws ParamsError where a template cannot be read, or the engine does not have what the params name */
  constructor({ params, actions }: AgentSetup<LlmAgentSettings>) {
    this.#params = checked(params);
    this.#system = this.#template("system");
    this.#user = this.#template("user");
    if (actions) this.#check(actions);
  }

  /** Beside the config's. */
  get models(): readonly string[] {
    const { model } = this.#params;
    return model === undefined ? [] : [model];
  }

  async decide(observation: unknown, context: AgentContext): Promise<Decision> {
    const { model, sampling, memory, persona } = this.#params;
    const { agent_id, turn, turns, actions } = context;
    const { schema, offered } = choiceOf(actions, this.#params.actions);
    const failed = failedSchema.safeParse(context.memory[FAILED]).data;
    const names = { agent_id, turn, turns, persona, actions: offered, observation, failed };
    const conversation = new Conversation(context.memory, memory.tokens);
    const system = this.#systemText ?? this.#system.render(names);
    if (!CHANGING.some((name) => this.#system.uses(name))) this.#systemText = system;
    const user = this.#user.render(names);
    try {
      const { value } = await context.ask({
        purpose: "decide",
        messages: [
          ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
          ...conversation.messages,
          { role: "user", content: user },
        ],
        schema,
        model,
        sampling,
      });
      conversation.add(turn, user, JSON.stringify(value));
      delete context.memory[FAILED];
      const types = value.actions.map(({ action_type }) => action_type);
      return {
        decision_type: types.length === 0 ? "wait" : "act",
        ...(types.length > 0 && { new_value: types.length === 1 ? types[0] : types }),
        ...(value.reason !== "" && {
          description: shorten(value.reason, MAX_DESCRIPTION),
          details: { reason: value.reason },
        }),
        actions: value.actions,
      };
    } catch (error) {
      return this.#fallBack(error, context);
    }
  }

  /** @throws what it was given, where the agent is to sit the turn out */
  #fallBack(error: unknown, { turn, memory }: AgentContext): Decision {
    const { fallback } = this.#params;
    if (fallback === undefined || !isAskError(error) || !UNANSWERED.has(error.code)) throw error;
    const { decision_type = "fallback", description, actions = [] } = fallback;
    const { code: error_type, message } = error;
    memory[FAILED] = { turn, error_type, decision_type };
    return {
      decision_type,
      description: description ?? `No answer could be used (${error_type}): its fallback`,
      actions,
      details: { fallback: { error_type, error: message } },
    };
  }

  #template(name: "system" | "user"): Template {
    const { file, text } = this.#params.prompt[name];
    const path = ["prompt", name];
    if (text === undefined)
      throw new ParamsError(`prompt.${name} has no text: outside of a config, give { text: … }`, path);
    try {
      return new Template(text, file ?? `prompt.${name}`, PROMPT_NAMES);
    } catch (error) {
      if (!isTemplateError(error)) throw error;
      throw new ParamsError(error.message, path, { cause: error });
    }
  }

  /** Holds what the params say of actions to those that the engine has. */
  #check(actions: OfferedActions): void {
    choiceOf(actions, this.#params.actions);
    for (const [index, { action_type, payload }] of (this.#params.fallback?.actions ?? []).entries()) {
      const path = ["fallback", "actions", index];
      const { error } = actionOf(actions, action_type, [...path, "action_type"]).payload.safeParse(
        payload ?? {},
      );
      const [issue] = error?.issues ?? [];
      if (!issue) continue;
      const where = [
        "payload",
        ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step)),
      ];
      throw new ParamsError(`${where.join(".")} of ${action_type} will not do: ${issue.message}`, [
        ...path,
        ...where,
      ]);
    }
  }
}

/**
 * Why there is no answer, where a fallback takes its place: models gave none, or may be asked no more. What is wrong with the set-up
 * or with a tape that is played is not to pass unseen.
 */
const UNANSWERED: ReadonlySet<string> = new Set([...CALL_ERRORS, "tape_ended", "tape_refused"]);

/** Parses params that come from code; those that a config has parsed stay as they are. */
function checked(params: LlmAgentSettings): Params {
  const parsed = paramsSchema.safeParse(params);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((step) => (typeof step === "symbol" ? String(step) : step));
  throw new ParamsError([path.join("."), issue?.message ?? "is invalid"].filter(Boolean).join(": "), path);
}
