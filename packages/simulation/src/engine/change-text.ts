import { type KnownAgents, variableText } from "@llm-sim/events/naming";
import type { VariableChange } from "../world/index.ts";

const MAX_TEXT = 60;

/** A change in a few words: `alice.wealth: 10 → 5`. */
export function changeText(change: VariableChange, agents: KnownAgents): string {
  const { agent_id, variable_name, old_value, new_value } = change;
  const label = variableText({ agent_id, variable_name }, agents);
  if (change.change === "added") return `${label}: = ${brief(new_value)}`;
  if (change.change === "removed") return `${label}: removed, was ${brief(old_value)}`;
  return `${label}: ${brief(old_value)} → ${brief(new_value)}`;
}

function brief(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  const text = String(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
