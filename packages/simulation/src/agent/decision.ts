import { agentIdSchema, type JsonObject } from "@llm-sim/events/schema";
import * as z from "zod";
import { copyOf } from "../observation/index.ts";
import { copyJsonObject, type NotJson } from "../world/index.ts";

/** What an agent wants done. */
export interface ProposedAction {
  action_type: string;
  /** JSON; `{}` where it is left out. */
  payload?: object;
  /** For an action that involves others, where the engine does not say so itself. */
  interaction_type?: string;
  /** Two or more, the acting agent among them. */
  participating_agent_ids?: readonly string[];
  description?: string;
  details?: object;
}

/** An action of an agent's, for validators (does it pass?) and effects (what does it do?). */
export interface Action<Payload = JsonObject> {
  agent_id: string;
  action_type: string;
  /** JSON; in an effect, what the action's schema makes of it. */
  payload: Payload;
  interaction_type?: string | undefined;
  participating_agent_ids?: readonly string[] | undefined;
  description?: string | undefined;
  details?: object | undefined;
  /** Its place among all that its agent proposed in this turn, from 0; an engine that makes an action leaves it out. */
  place?: number | undefined;
}

/** What an agent made up its mind to do. An agent that wants to do nothing says so, with no `actions`. */
export interface Decision {
  decision_type: string;
  old_value?: unknown;
  new_value?: unknown;
  actions?: readonly ProposedAction[];
  /** For a person, at most 500 characters. */
  description?: string;
  /**
   * Without `memory`, `forgotten` and `remembered`, which say what became of `context.memory`, `observed`, which says what was
   * seen with noise, and `intervention`.
   */
  details?: object;
}

/** The `error_type` of an agent that did not come to a decision: it threw, took too long, or could never answer. */
export const UNDECIDED = ["agent_error", "decide_timeout", "never_decided"] as const;

const object = z.custom<object>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected an object",
);

const proposedActionSchema = z.strictObject({
  action_type: z.string().min(1),
  payload: z.unknown().optional(),
  interaction_type: z.string().optional(),
  participating_agent_ids: z.array(agentIdSchema).optional(),
  description: z.string().optional(),
  details: object.optional(),
});

/** What the simulation says of the agent: an agent's own word for it could not be told from that. */
const SAID_OF_AGENTS = {
  memory: "what becomes of context.memory",
  forgotten: "what becomes of context.memory",
  remembered: "what becomes of context.memory",
  observed: "what was seen with noise",
  intervention: "what was decided before an intervention replaced it",
};

const decisionDetails = object.superRefine((details, context) => {
  const taken = Object.entries(SAID_OF_AGENTS).find(([name]) => Object.hasOwn(details, name));
  if (taken === undefined) return;
  const message = `this name is the simulation's, for ${taken[1]}; choose another`;
  context.addIssue({ code: "custom", path: [taken[0]], message });
});

const decisionSchema = z.strictObject({
  decision_type: z.string().min(1),
  old_value: z.unknown().optional(),
  new_value: z.unknown().optional(),
  actions: z.array(proposedActionSchema).readonly().optional(),
  description: z.string().optional(),
  details: decisionDetails.optional(),
});

/** What an agent returned, and shares nothing with that any more. */
export interface ReceivedDecision {
  decision: Omit<Decision, "actions">;
  actions: {
    action: Action;
    /** Why the payload is not what the agent gave: JSON cannot carry it. */
    notJson: NotJson | undefined;
  }[];
}

/**
 * Takes what the agent `agent_id` returned.
 *
 * @throws Error that says what is wrong with it, in one line
 */
export function receiveDecision(agent_id: string, returned: unknown): ReceivedDecision {
  const parsed = decisionSchema.safeParse(returned);
  if (!parsed.success) {
    throw new Error(
      `decide returned ${kindOf(returned)} that is no decision (${problemIn(parsed.error)}); expected { decision_type, actions?: [{ action_type, payload? }] }`,
    );
  }
  const { actions = [], ...decision } = parsed.data;
  return {
    decision: copyOf(decision),
    actions: actions.map(({ payload = {}, ...proposed }, place) => {
      const copied = copyJsonObject(payload);
      const action = {
        agent_id,
        action_type: proposed.action_type,
        payload: "value" in copied ? copied.value : {},
        interaction_type: proposed.interaction_type,
        participating_agent_ids: proposed.participating_agent_ids,
        description: proposed.description,
        details: copyOf(proposed.details),
        place,
      };
      return { action, notJson: "notJson" in copied ? copied.notJson : undefined };
    }),
  };
}

/** Why something is no decision, or `undefined`. */
export function decisionProblem(given: unknown): string | undefined {
  const parsed = decisionSchema.safeParse(given);
  return parsed.success ? undefined : problemIn(parsed.error);
}

function problemIn({ issues: [issue] }: z.ZodError): string {
  const where = issue && issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return `${where}${issue?.message ?? ""}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
