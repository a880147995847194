import type { CausalityEntry, ForkRequest } from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import type { Event, JsonValue } from "@llm-sim/events/schema";

/** What a person asks a fork to make otherwise, as it is typed. */
export interface ForkForm {
  /** The first turn that differs. */
  turn: string;
  /** A variable and what it is set to; nothing is set where the name is empty. */
  variable: string;
  value: string;
  /** Whether the agent decides otherwise, and what: JSON. */
  decides: boolean;
  decision: string;
  leavesOut: boolean;
  /** Which model is asked from then on; the run's own where empty. */
  model: string;
  /** Whether nothing is asked that the tape has no answer to: the fork fails there instead. */
  asksNobody: boolean;
}

export type ForkField = "turn" | "set" | "decide" | "without" | "model";
export type ForkProblems = Partial<Record<ForkField | "all", string>>;

/** A form for what can be made otherwise at an event; what is on record is what it begins with. */
export function forkFormAt(
  event: Event,
  effects: readonly CausalityEntry[],
  agents: Iterable<string>,
): ForkForm {
  const ofState = event.event_type === "STATE";
  return {
    turn: String(Math.max(1, event.turn_number)),
    variable: ofState
      ? variableText({ agent_id: event.agent_id, variable_name: event.variable_name }, new Set(agents))
      : "",
    value: ofState ? JSON.stringify(event.new_value) : "",
    decides: false,
    decision: event.event_type === "DECISION" ? JSON.stringify(decisionOf(event, effects), null, 2) : "",
    leavesOut: false,
    model: "",
    asksNobody: false,
  };
}

function decisionOf(
  event: Extract<Event, { event_type: "DECISION" }>,
  effects: readonly CausalityEntry[],
): object {
  const actions = effects.flatMap((effect) =>
    effect.event_type === "ACTION" && effect.depth === 1 && effect.agent_id === event.agent_id
      ? [{ action_type: effect.action_type, payload: effect.action_payload }]
      : [],
  );
  return { decision_type: event.decision_type, actions };
}

/** Whether a fork can do without it: a decision, an action, a rule or a phase. */
export function canBeLeftOut(event: Event): boolean {
  switch (event.event_type) {
    case "DECISION":
    case "ACTION":
      return event.turn_number > 0;
    case "DETAIL":
      return event.agent_id === undefined && event.details?.conditions === undefined;
    case "MILESTONE":
      return event.milestone_type === "phase_transition";
    default:
      return false;
  }
}

/** The request that a form comes to, or what is wrong with it, each beside what it is about. */
export function forkRequestOf(
  form: ForkForm,
  event: Event,
): { request: ForkRequest } | { problems: ForkProblems } {
  const turn = /^[1-9]\d{0,14}$/.test(form.turn.trim()) ? Number(form.turn) : undefined;
  const decision = form.decides ? readJson(form.decision) : undefined;
  const agent = event.event_type === "DECISION" ? event.agent_id : undefined;
  const problems: ForkProblems = {
    ...(turn === undefined && { turn: "A turn is a whole number, from 1." }),
    ...(form.variable.trim() === "" && form.value.trim() !== "" && { set: "Which variable is it?" }),
    ...(form.variable.trim() !== "" && form.value.trim() === "" && { set: "What is it set to?" }),
    ...(form.decides && decision === undefined && { decide: "This is no JSON." }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  const request: ForkRequest = {
    turn,
    ...(form.variable.trim() !== "" && {
      set: [{ variable: form.variable.trim(), value: (readJson(form.value) ?? { json: form.value }).json }],
    }),
    ...(decision !== undefined &&
      agent !== undefined && { decide: [{ agent_id: agent, decision: decision.json }] }),
    ...(form.leavesOut && { without: [event.event_id] }),
    ...(form.model.trim() !== "" && { model: form.model.trim() }),
    ...(form.asksNobody && { on_miss: "fail" as const }),
  };
  return { request };
}

function readJson(text: string): { json: JsonValue } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const FIELDS: readonly string[] = ["turn", "set", "decide", "without", "model"] satisfies ForkField[];

/**
 * What the server says against it, beside what it is about. What can only be known by playing is refused as a whole: then by
 * what it speaks of.
 */
export function refusalOf(message: string, parameter: unknown, form: ForkForm): ForkProblems {
  const named = typeof parameter === "string" ? parameter.replace(/^body\.?/, "").split(".")[0] : "";
  const text = message.replace(/^body: /, "");
  const variable = form.variable.trim();
  if (named !== undefined && FIELDS.includes(named)) return { [named]: text };
  if (variable !== "" && text.includes(variable)) return { set: text };
  if (form.decides && /\bdeci(de|sion)/.test(text)) return { decide: text };
  return { all: text };
}
