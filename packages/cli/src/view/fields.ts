import type { StateAnswer, VariableWrite, WatchMoment, WideDecision } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { plainText } from "../terminal/index.ts";

/** Stands where there is nothing. */
const NONE = "-";

/**
 * One line for each variable, by name within its part, and for each key that an agent remembers (`context.memory.plan`); fields
 * between tabs: agent (`-` for the world), variable, value as JSON.
 *
 * @param agentId this agent's part alone
 */
export function stateRows({ global, agents, memory = {} }: StateAnswer, agentId?: string): string[] {
  const world = agentId === undefined ? partRows(NONE, global) : [];
  const all = new Set([...Object.keys(agents), ...Object.keys(memory)]);
  return [
    ...world,
    ...[...all].flatMap((agent) => [
      ...partRows(agent, agents[agent] ?? {}),
      ...partRows(agent, memory[agent] ?? {}, "context.memory."),
    ]),
  ];
}

function partRows(part: string, values: Readonly<Record<string, JsonValue>>, prefix = ""): string[] {
  return Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => row([part, `${prefix}${name}`, JSON.stringify(value)]));
}

/** Turn, event, old value and new value as JSON, what brought it about. */
export function writeRow({ turn, event_id, old_value, new_value, change, cause }: VariableWrite): string {
  const old = change === "added" ? NONE : JSON.stringify(old_value);
  const now = change === "removed" ? NONE : JSON.stringify(new_value);
  return row([turn, event_id, old, now, cause?.label ?? NONE]);
}

/** Turn and event with which it began, turn and event with which it ended, agent, what happened. */
export function momentRow({ turn, event_id, ended, agent_id, sentence }: WatchMoment): string {
  return row([turn, event_id, ended?.turn ?? NONE, ended?.event_id ?? NONE, agent_id ?? NONE, sentence]);
}

/** Changes of the state, events, turn, agent, event, what was decided. */
export function decisionRow({ changes, events, turn, agent_id, event_id, sentence }: WideDecision): string {
  return row([changes, events, turn, agent_id, event_id, sentence]);
}

function row(fields: readonly (string | number)[]): string {
  return fields.map((field) => plainText(String(field))).join("\t");
}
