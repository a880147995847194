import type { FindAnswer, StateAnswer } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { valueText } from "@llm-sim/events/words";
import { gapLines } from "./gap-lines.ts";
import { below, type Line, text, withIds } from "./line.ts";

/**
 * The state as lines: each part's name, its variables below, and what an agent remembers.
 *
 * @param agentId this agent's part alone
 */
export function stateLines(answer: StateAnswer, agentId?: string): Line[] {
  const { memory = {} } = answer;
  const agents = new Set([...Object.keys(answer.agents), ...Object.keys(memory)]);
  return [
    text(
      `Run ${answer.simulation_id}, ${answer.turn_ended === false ? "within turn" : "turn"} ${answer.turn}`,
      ...withIds(answer.event_id),
    ),
    ...(agentId === undefined ? partLines("world", answer.global) : []),
    ...[...agents].flatMap((agent) => [
      ...partLines(agent, answer.agents[agent] ?? {}),
      ...partLines(`${agent} remembers`, memory[agent] ?? {}),
    ]),
    ...(agentId !== undefined && memory[agentId] !== undefined && Object.keys(memory[agentId]).length === 0
      ? [text(`${agentId} remembers nothing.`)]
      : []),
    text(CHECKED[answer.check]),
    ...gapLines(answer.gaps),
  ];
}

export function findLines(answer: FindAnswer): Line[] {
  if (answer.total === 0) return [text(`${answer.expression} never became true.`), ...gapLines(answer.gaps)];
  const shown = answer.moments.map(({ sentence, event_id, ended }) =>
    ended === undefined
      ? text(sentence, ...withIds(event_id))
      : text(sentence, ...withIds(event_id), ` Until turn ${ended.turn}.`, ...withIds(ended.event_id)),
  );
  const more = answer.has_more
    ? [text(`${answer.total} moments; these are ${answer.moments.length} of them.`)]
    : [];
  return [...shown, ...more, ...gapLines(answer.gaps)];
}

const CHECKED = {
  agrees: "Checked: the hash recorded at the end of the turn agrees.",
  disagrees: "The hash recorded at the end of the turn does not agree.",
  none: "No hash was recorded for this moment.",
} as const;

function partLines(name: string, variables: Readonly<Record<string, JsonValue>>): Line[] {
  const entries = Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...entries.map(([variable]) => variable.length));
  return entries.length === 0
    ? []
    : [
        text(name),
        ...entries.map(([variable, value]) => below(`${variable.padEnd(width)}  ${valueText(value)}`)),
      ];
}
