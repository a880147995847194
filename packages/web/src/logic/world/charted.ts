import type { RunDetails, StateAnswer } from "@llm-sim/api";
import {
  anyonesText,
  isNameError,
  type KnownAgents,
  readVariable,
  type VariableReference,
  variableMeant,
  variableText,
} from "@llm-sim/events/naming";
import { memberOf } from "@llm-sim/events/schema";
import { chartable } from "./world-table.ts";

/** What one chart draws: a variable of the world's, of one agent's, or of every agent that has it. */
export interface Charted {
  /** As names are written everywhere: `price`, `alice.wealth`, `*.wealth`. */
  text: string;
  variable: string;
  of: "world" | "everyone" | { agent: string };
}

/** The agents of a state, by which names are read and written. */
export function agentsOf(state: StateAnswer): KnownAgents {
  return { has: (id) => Object.hasOwn(state.agents, id) };
}

/** All that a chart can show of a state: agents' variables together, then the world's. */
export function charts(state: StateAnswer): Charted[] {
  const { world, agents } = chartable(state);
  const known = agentsOf(state);
  return [
    ...agents.map((variable) => ({ text: anyonesText(variable), variable, of: "everyone" as const })),
    ...world.map((variable) => ({
      text: variableText({ agent_id: undefined, variable_name: variable }, known),
      variable,
      of: "world" as const,
    })),
  ];
}

/** Whose curves a variable of agents has: who has it at the moment, then who had it or will; each by name. */
export function ownersOf(
  variable: string,
  state: StateAnswer,
  { variables = [] }: Pick<RunDetails, "variables">,
): string[] {
  const now = Object.keys(state.agents).filter(
    (agent) => typeof memberOf(state.agents[agent], variable) === "number",
  );
  const ever = variables.flatMap(({ agent_id, variable: name, first }) =>
    agent_id !== undefined && name === variable && typeof first === "number" ? [agent_id] : [],
  );
  return [...new Set([...now.sort(byName), ...ever.sort(byName)])];
}

const byName = new Intl.Collator("en", { numeric: true }).compare;

/** Every number of a state by itself: the world's, then each agent's. */
export function curves(state: StateAnswer): Charted[] {
  const { agents } = chartable(state);
  const known = agentsOf(state);
  const own = Object.entries(state.agents).flatMap(([agent, variables]) =>
    agents
      .filter((variable) => typeof memberOf(variables, variable) === "number")
      .map((variable) => ({
        text: variableText({ agent_id: agent, variable_name: variable }, known),
        variable,
        of: { agent },
      })),
  );
  return [...charts(state).filter(({ of }) => of === "world"), ...own];
}

/** What a written name asks a chart of; `undefined` where it is no number in this state, or cannot be read. */
export function chartNamed(text: string, state: StateAnswer): Charted | undefined {
  const reference = read(text);
  if (reference === undefined) return undefined;
  if (reference.of === "anyone") {
    const meant = anyonesText(reference.variable_name);
    return charts(state).find(({ of, text: written }) => of === "everyone" && written === meant);
  }
  const all = curves(state);
  const find = (agentId: string | undefined, name: string) =>
    all.find(({ of, variable }) => variable === name && agentIn(of) === agentId);
  const meant = variableMeant(
    reference.meanings,
    ({ agent_id, variable_name }) => find(agent_id, variable_name) !== undefined,
    agentsOf(state),
  );
  return find(meant.agent_id, meant.variable_name);
}

function agentIn(of: Charted["of"]): string | undefined {
  return typeof of === "object" ? of.agent : undefined;
}

function read(text: string): VariableReference | undefined {
  try {
    return readVariable(text);
  } catch (error) {
    if (isNameError(error)) return undefined;
    throw error;
  }
}
