import type { FindAnswer, StateAnswer } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { valueText } from "@llm-sim/events/words";
import { gapLines } from "./why-lines.ts";

/**
 * The state as lines of plain text: each part's name, its variables below, and what an agent remembers.
 *
 * @param agentId this agent's part alone
 */
export function stateLines(answer: StateAnswer, agentId?: string): string[] {
  const { memory = {} } = answer;
  const agents = new Set([...Object.keys(answer.agents), ...Object.keys(memory)]);
  return [
    `Run ${answer.simulation_id}, turn ${answer.turn}${answer.event_id === undefined ? "" : ` [${answer.event_id}]`}`,
    ...(agentId === undefined ? partLines("world", answer.global) : []),
    ...[...agents].flatMap((agent) => [
      ...partLines(agent, answer.agents[agent] ?? {}),
      ...partLines(`${agent} remembers`, memory[agent] ?? {}),
    ]),
    ...(agentId !== undefined && memory[agentId] !== undefined && Object.keys(memory[agentId]).length === 0
      ? [`${agentId} remembers nothing.`]
      : []),
    CHECKED[answer.check],
    ...gapLines(answer.gaps),
  ];
}

export function findLines(answer: FindAnswer): string[] {
  if (answer.total === 0) return [`${answer.expression} never became true.`, ...gapLines(answer.gaps)];
  const shown = answer.moments.map(({ sentence, ended }) => {
    return ended === undefined ? sentence : `${sentence} Until turn ${ended.turn}. [${ended.event_id}]`;
  });
  const more = answer.has_more
    ? [`${answer.total} moments; these are ${answer.moments.length} of them.`]
    : [];
  return [...shown, ...more, ...gapLines(answer.gaps)];
}

const CHECKED = {
  agrees: "Checked: the hash recorded at the end of the turn agrees.",
  disagrees: "The hash recorded at the end of the turn does not agree.",
  none: "No hash was recorded for this moment.",
} as const;

function partLines(name: string, variables: Readonly<Record<string, JsonValue>>): string[] {
  const entries = Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...entries.map(([variable]) => variable.length));
  return entries.length === 0
    ? []
    : [name, ...entries.map(([variable, value]) => `  ${variable.padEnd(width)}  ${valueText(value)}`)];
}
