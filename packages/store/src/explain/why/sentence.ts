import { isDeepStrictEqual } from "node:util";
import type { ModelCall } from "@llm-sim/api";
import type { KnownAgents } from "@llm-sim/events/naming";
import type {
  ActionEvent,
  DecisionEvent,
  DetailEvent,
  Event,
  MilestoneEvent,
  StateEvent,
  SystemEvent,
} from "@llm-sim/events/schema";
import { isRefusal, MODEL_CALL, type RosterEvent, rosterEventOf } from "@llm-sim/events/schema";
import {
  countText,
  listText,
  membersText,
  shorten,
  usdText,
  valueText,
  withoutAtEnd,
} from "@llm-sim/events/words";
import { callOf } from "../../model-call/index.ts";
import { rememberedTurn } from "../cause/index.ts";
import { signed } from "../ledger/index.ts";
import { changeOf, type Group } from "./group.ts";
import { labelOf, readClause, readingsClause, stoodText } from "./read-sentence.ts";

/** Of what a model said that could not be taken, so much is told. */
const MAX_ERROR = 200;

/** How an event comes into an explanation. */
export interface Role {
  /** What the event led to, where it is told of as a cause. */
  effect?: Event | undefined;
  /** Of a change: what brought it about, where no step of its own says so. */
  by?: string | undefined;
  /** Of what carried a change out: the variable's own write before, which it read. */
  own?: StateEvent | undefined;
  /** It is told of for what an agent remembers of it. */
  isRemembered?: boolean | undefined;
}

/** One sentence about an event and what repeats it. The same words for the same events, always. */
export function sentenceOf(group: Group, agents: KnownAgents, role: Role = {}): string {
  return `${upperFirst(toldOf(group, agents, role))}.`;
}

function toldOf(group: Group, agents: KnownAgents, role: Role): string {
  const { event, members, pattern, isRest, isRead, isMore, part } = group;
  const { effect } = role;
  // A failure, a refusal, a coming: what there was is told, not that it was read.
  const isReport = members.length === 1 && event.event_type === "SYSTEM";
  // What somebody worked out for himself is told as that.
  const isOwnWork = members.length === 1 && event.event_type === "DETAIL" && event.agent_id !== undefined;
  if (!isRead || effect === undefined || isReport || isOwnWork)
    return `${clause(event, agents, role)}${repeated(group)}`;
  const then = part === "remembered" ? " then" : "";
  if (members.length > 1 && (pattern !== undefined || isRest))
    return readingsClause(group, effect, agents, then || (isMore ? " also" : ""));
  return `${readClause(event, agents, effect, then)}${repeated(group)}`;
}

/** One event's sentence, without full stop. @param agents by which names of variables are written */
export function clause(event: Event, agents: KnownAgents, role: Role = {}): string {
  switch (event.event_type) {
    case "STATE":
      return role.effect === undefined
        ? changed(event, agents, role.by)
        : readClause(event, agents, role.effect);
    case "ACTION":
      return `${acted(event)}${ownText(role, event, agents)}`;
    case "DECISION":
      return role.isRemembered === true ? remembered(event, role.effect) : decided(event);
    case "DETAIL":
      return `${calculated(event)}${ownText(role, event, agents)}`;
    case "SYSTEM":
      return system(event);
    default:
      return milestone(event);
  }
}

function changed(event: StateEvent, agents: KnownAgents, by: string | undefined): string {
  const label = labelOf(event, agents);
  const because = by === undefined ? "" : `, by ${by}`;
  const turn = `in turn ${event.turn_number}`;
  if (event.change === "removed")
    return `${label} went away ${turn}; it had been ${valueText(event.old_value)}${because}`;
  if (event.change === "added") {
    if (event.turn_number === 0)
      return `${label} was set to ${valueText(event.new_value)} before the first turn`;
    return `${label} came to be ${turn}, as ${valueText(event.new_value)}${because}`;
  }
  const change = changeOf(event);
  const amount = change === undefined ? "" : ` (${signed(change)})`;
  return `${label} went from ${valueText(event.old_value)} to ${valueText(event.new_value)}${amount} ${turn}${because}`;
}

/** ` on fish, which was 30.4 by then`: what a variable's own write before is told as. */
function ownText({ own }: Role, event: Event, agents: KnownAgents): string {
  return own === undefined ? "" : ` on ${labelOf(own, agents)}, which was ${stoodText(own, event)}`;
}

function acted(event: ActionEvent): string {
  const others = (event.participating_agent_ids ?? []).filter((id) => id !== event.agent_id);
  const together = others.length === 0 ? "" : ` with ${listText(others)}`;
  const said = saidText(event.description, `${event.agent_id}: ${event.action_type}`);
  const what = `${event.action_type}${together}${membersText(event.action_payload)}`;
  return `in turn ${event.turn_number} ${event.agent_id}'s ${what} was carried out${said}`;
}

/** What the simulation says of an event in its own words, where it does; the emitter's own begin as given. */
function saidText(description: string | undefined, template: string): string {
  return description === undefined || description.startsWith(template) ? "" : ` (${description})`;
}

function decided(event: DecisionEvent): string {
  return `in turn ${event.turn_number} ${event.agent_id} decided on ${decisionText(event)}`;
}

function decisionText({ agent_id, decision_type, old_value, new_value, description }: DecisionEvent): string {
  const said = saidText(description, `${agent_id}: ${decision_type}`);
  if (new_value === undefined) return `${decision_type}${said}`;
  const isNew = old_value === undefined || old_value === null;
  const before = isDeepStrictEqual(old_value, new_value)
    ? ", as before"
    : ` instead of ${valueText(old_value)}`;
  return `${decision_type}: ${valueText(new_value)}${isNew ? "" : before}${said}`;
}

/** An earlier decision of the agent's own: in which it kept what was read, or of which nobody knows what it remembers. */
function remembered(event: DecisionEvent, effect: Event | undefined): string {
  const { agent_id, turn_number, details } = event;
  const decision = `when it decided on ${decisionText(event)}`;
  const feared = effect?.event_type === "DECISION" ? rememberedTurn(effect) : undefined;
  if (feared === turn_number)
    return `${agent_id} may have gone by what it remembers of turn ${turn_number}, ${decision}`;
  const memory = details?.memory;
  const kept =
    typeof memory === "object" && memory !== null && !Array.isArray(memory) ? membersText(memory) : "";
  const gone = details?.forgotten;
  const keys = Array.isArray(gone) ? gone.filter((key) => typeof key === "string") : [];
  const forgot = keys.length === 0 ? "" : `, in which it forgot ${listText(keys)}`;
  return `${agent_id} remembered turn ${turn_number}${kept}${forgot}, ${decision}`;
}

function calculated(event: DetailEvent): string {
  const hook = event.details?.conditions;
  if (typeof hook === "string") return `in turn ${event.turn_number} ${hook} had read more around its rules`;
  const whose = event.agent_id === undefined ? "the rule" : `${event.agent_id}'s`;
  const what =
    event.agent_id === undefined ? event.calculation_type : `${event.calculation_type} was worked out`;
  const came = event.agent_id === undefined ? " took effect" : "";
  return `in turn ${event.turn_number} ${whose} ${what}${came}${membersText(event.intermediate_values)}`;
}

function system(event: SystemEvent): string {
  const turn = `in turn ${event.turn_number}`;
  const about = event.subject_agent_id === undefined ? "" : ` about ${event.subject_agent_id}`;
  const said = event.description === undefined ? "" : `: ${event.description}`;
  if (event.details?.system_event_type === MODEL_CALL) {
    const call = callOf(event);
    if (call !== undefined) return `${turn} ${calledText(call)}`;
    const whom = event.subject_agent_id === undefined ? "a model" : `${event.subject_agent_id}'s model`;
    return `${turn} ${whom} was asked (${event.status})${said}`;
  }
  if (isRefusal(event)) return `${turn} ${refusal(event)}${said}`;
  const who = event.subject_agent_id ?? "an agent";
  if (event.description?.startsWith(`${who} `) === true) return `${turn} ${event.description}`;
  const ofRoster = rosterEventOf(event);
  if (ofRoster !== undefined) return `${turn} ${who} ${ROSTER_WORDS[ofRoster]}`;
  const error = event.error_type === undefined ? "" : ` ${event.error_type}`;
  return `${turn} there was a ${event.status}${error}${about}${said}`;
}

/** `alice asked llama3.1 (offer, 2nd attempt, 312 tokens, $0.0004)`, and why it gave no answer where it did not. */
function calledText(call: ModelCall): string {
  const { model, purpose, key, attempt, usage, cost_usd, status, error_type, outcome, error } = call;
  const tokens = (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
  const about = [
    key === undefined ? purpose : `${purpose} ${key}`,
    ...(attempt > 1 ? [`${ordinalText(attempt)} attempt`] : []),
    ...(tokens > 0 ? [`${usage?.estimated === true ? "about " : ""}${countText(tokens, "token")}`] : []),
    ...(cost_usd === undefined ? [] : [usdText(cost_usd)]),
  ];
  const asked = `${askerText(call)} asked ${model} (${about.join(", ")})`;
  if (status === "success") return asked;
  const why = [
    error_type ?? outcome,
    ...(error === undefined ? [] : [shorten(withoutAtEnd(error, ". \t\r\n"), MAX_ERROR)]),
  ].join(": ");
  return `${asked}, in vain: ${why}${status === "retry" ? "; it was asked again" : ""}`;
}

function askerText({ actor, agent_id }: ModelCall): string {
  if (actor === "agent") return agent_id ?? "an agent";
  return agent_id === undefined ? `the ${actor}` : `the ${actor} (about ${agent_id})`;
}

const ENDINGS = new Map([
  [1, "st"],
  [2, "nd"],
  [3, "rd"],
]);

/** `2nd`, `11th` */
function ordinalText(place: number): string {
  const isTeen = Math.floor(place / 10) % 10 === 1;
  return `${place}${isTeen ? "th" : (ENDINGS.get(place % 10) ?? "th")}`;
}

const ROSTER_WORDS: Record<RosterEvent, string> = {
  agent_added: "came",
  agent_removed: "went",
  agent_paused: "was made to sit out",
  agent_resumed: "went on deciding",
};

/** A log that does not say who refused, an older one or another hand's, is not guessed at. */
function refusal({ error_type, details }: SystemEvent): string {
  if (error_type === "combined_away") return "an action was left out when the engine combined them";
  if (error_type === "agent_gone") return "an action was not done, as its agent was gone";
  switch (details?.refused_by) {
    case "validator":
      return "the validator said no";
    case "engine":
      return "the engine refused";
    case "config":
      return "a state variable would have left what the config allows";
    case "payload":
      return "an action was refused for its payload";
    default:
      return "an action was refused";
  }
}

function milestone(event: MilestoneEvent): string {
  switch (event.milestone_type) {
    case "simulation_start":
      return "the simulation began";
    case "simulation_end":
      return "the simulation ended";
    case "turn_start":
      return `turn ${event.turn_number} began`;
    case "turn_end":
      return `turn ${event.turn_number} ended`;
    default:
      return `in turn ${event.turn_number} the phase ${event.name ?? "without a name"} began${saidText(event.description, "Phase: ")}`;
  }
}

/** What is told of together with the event. */
function repeated({ event, repetitions, agents, sum }: Group): string {
  const { count, turn_start, turn_end, every_turn } = repetitions.result();
  if (count === 1) return "";
  const amount =
    event.event_type === "STATE" && sum !== undefined && agents.length < 2 ? `, ${signed(sum)} together` : "";
  if (every_turn && agents.length < 2 && count === turn_end - turn_start + 1) {
    return ` — ${count} turns in a row, from ${turn_start} to ${turn_end}${amount}`;
  }
  const whose = agents.length > 1 ? ` of ${listText(agents)}` : "";
  const turns = turn_start === turn_end ? `in turn ${turn_end}` : `in turns ${turn_start} to ${turn_end}`;
  return ` — one of ${count} such events${whose} ${turns}${amount}`;
}

export function upperFirst(text: string): string {
  // An agent's or a variable's name stays as it is spelled: only this page's own words begin a sentence.
  return /^(in|the|this|turn) /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}
