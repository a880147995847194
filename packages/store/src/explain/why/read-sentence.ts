import { type KnownAgents, variableText } from "@llm-sim/events/naming";
import type { Event, StateEvent } from "@llm-sim/events/schema";
import { eventAgent, eventName, listText, membersText, nounText, valueText } from "@llm-sim/events/words";
import type { Group } from "./group.ts";

/** So many different values are told by how many had each. */
const FEW_VALUES = 3;
/** Up to so many each one named has its value behind it. */
const FEW_MEMBERS = 9;
/** Of a value among others, in characters. */
const SHORT = 24;

export function labelOf({ agent_id, variable_name }: StateEvent, agents: KnownAgents): string {
  return variableText({ agent_id, variable_name }, agents);
}

/**
 * What an effect rests on: `alice had read price, which was 9 as turn 3 had left it`. Where no change of a value is on
 * record, since it stayed as it was or the run is coarser: `alice had read what bob's offer (price: 9) in turn 3 came to`.
 */
export function readClause(event: Event, agents: KnownAgents, effect: Event, then = ""): string {
  const reader = readerText(effect, agents, then);
  if (event.event_type === "STATE")
    return `${reader} ${labelOf(event, agents)}, which was ${stoodText(event, effect)}`;
  return `${reader} ${outcomeText(event, agents, effect)}`;
}

/** `what bob's offer (price: 9) in turn 3 came to` */
function outcomeText(event: Event, agents: KnownAgents, effect: Event, said = saidOf(event)): string {
  const turn = event.turn_number === effect.turn_number ? "" : ` in turn ${event.turn_number}`;
  const agent = eventAgent(event);
  const isOwn = event.event_type !== "STATE" && agent !== undefined && agent === eventAgent(effect);
  const what = isOwn ? `its ${eventName(event)}` : nounText(event, agents);
  if (event.event_type === "SYSTEM") return `${what}${turn}`;
  return `what ${what}${said}${turn} came to`;
}

function saidOf(event: Event): string {
  if (event.event_type === "ACTION") return membersText(event.action_payload);
  return event.event_type === "DETAIL" ? membersText(event.intermediate_values) : "";
}

/** `30.4 by then`, `1000 as set up`, `gone as turn 8 had left it` */
export function stoodText(event: StateEvent, effect: Event): string {
  return `${stood(event)}${sinceText([event], effect)}`;
}

/** Values told of together: how many, what they were, and three of them by name. */
export function readingsClause(group: Group, effect: Event, agents: KnownAgents, then = " also"): string {
  const { members, pattern } = group;
  if (pattern === undefined) {
    const named = members.map((event) =>
      event.event_type === "STATE"
        ? `${labelOf(event, agents)} (${stood(event, SHORT)})`
        : outcomeText(event, agents, effect, ""),
    );
    return `${readerText(effect, agents, then)} ${listText(named)}`;
  }
  const states = members.filter((event) => event.event_type === "STATE");
  const counts = new Map<string, number>();
  for (const event of states) counts.set(stood(event), (counts.get(stood(event)) ?? 0) + 1);
  const what = `${readerText(effect, agents)} ${pattern} of ${states.length}`;
  const names = states.map((event) => openStep(event, pattern));
  if (counts.size === 1)
    return `${what}, each ${stood(group.event)}${sinceText(states, effect)}: ${listText(names)}`;
  if (counts.size <= FEW_VALUES && states.length > FEW_MEMBERS) {
    const shares = [...counts].map(([value, count]) => `${value} of ${count}`);
    return `${what}, ${listText(shares)}: ${listText(names)}`;
  }
  return `${what}: ${listText(states.map((event) => `${openStep(event, pattern)} (${stood(event, SHORT)})`))}`;
}

function stood(event: Event, maxLength?: number): string {
  if (event.event_type !== "STATE") return "";
  return event.change === "removed" ? "gone" : valueText(event.new_value, maxLength);
}

/** Since when, as seen from an effect; nothing where it differs. */
function sinceText(events: readonly StateEvent[], effect: Event): string {
  const [turn, ...others] = new Set(events.map(({ turn_number }) => turn_number));
  if (turn === undefined || others.length > 0) return "";
  if (turn === effect.turn_number) return " by then";
  return turn === 0 ? " as set up" : ` as turn ${turn} had left it`;
}

/** What stands for the open step of a pattern: `bob` of `offers.*.price`. */
function openStep({ agent_id, variable_name }: StateEvent, pattern: string): string {
  if (pattern.startsWith("*.") && agent_id !== undefined) return agent_id;
  const steps = [...(agent_id === undefined ? [] : [agent_id]), ...variable_name.split(".")];
  return steps[pattern.split(".").indexOf("*")] ?? variable_name;
}

/** Who read it, with the verb. */
function readerText(effect: Event, agents: KnownAgents, also = ""): string {
  if (effect.event_type === "DECISION") return `${effect.agent_id} had${also} read`;
  const hook = effect.details?.conditions;
  if (effect.event_type === "DETAIL" && typeof hook === "string") return `${hook} had${also} read`;
  return `${nounText(effect, agents)}${also} rested on`;
}
