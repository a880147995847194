import type { StateAnswer } from "@llm-sim/api";
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
import { chartable, countable } from "./world-table.ts";

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

/** All that a chart can show of a state: numbers first, then texts and booleans; of each agents' variables together, then the world's. */
export function charts(state: StateAnswer): Charted[] {
  const numbers = numberCharts(state);
  const { world, agents } = countable(state);
  const known = agentsOf(state);
  const isNew = ({ text }: Charted) => numbers.every((other) => other.text !== text);
  return [...numbers, ...chartsOf(world, agents, known).filter(isNew)];
}

function numberCharts(state: StateAnswer): Charted[] {
  const { world, agents } = chartable(state);
  return chartsOf(world, agents, agentsOf(state));
}

function chartsOf(world: readonly string[], agents: readonly string[], known: KnownAgents): Charted[] {
  return [
    ...agents.map((variable) => ({ text: anyonesText(variable), variable, of: "everyone" as const })),
    ...world.map((variable) => ({
      text: variableText({ agent_id: undefined, variable_name: variable }, known),
      variable,
      of: "world" as const,
    })),
  ];
}

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
  return [...numberCharts(state).filter(({ of }) => of === "world"), ...own];
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

/** The same of whatever the variable is, also where this state has none of the name: it may have been there before. */
export function chartAsked(text: string, state: StateAnswer): Charted | undefined {
  const named = chartNamed(text, state);
  const reference = named ? undefined : read(text);
  if (reference === undefined) return named;
  if (reference.of === "anyone") {
    const { variable_name: variable } = reference;
    return { text: anyonesText(variable), variable, of: "everyone" };
  }
  const known = agentsOf(state);
  const { agent_id, variable_name: variable } = variableMeant(
    reference.meanings,
    (one) => {
      const own = one.agent_id === undefined ? state.global : memberOf(state.agents, one.agent_id);
      return own !== undefined && memberOf(own, one.variable_name) !== undefined;
    },
    known,
  );
  return {
    text: variableText({ agent_id, variable_name: variable }, known),
    variable,
    of: agent_id === undefined ? "world" : { agent: agent_id },
  };
}

/**
 * Where nobody has chosen: a variable of the agents and one of the world, those that move before those that stand. What was shown
 * before stays: a chart that changes while one reads it cannot be read.
 */
export function firstCharts(
  state: StateAnswer,
  before: StateAnswer | undefined,
  shown: readonly string[],
): Charted[] {
  const kept = shown.flatMap((text) => chartAsked(text, state) ?? []);
  if (kept.length > 0) return kept;
  const choices = charts(state);
  const moving = ({ variable }: Charted) =>
    Object.keys(state.agents).filter(
      (agent) =>
        memberOf(state.agents[agent], variable) !== memberOf(memberOf(before?.agents, agent), variable),
    ).length;
  const [own] = choices
    .filter(({ of }) => of === "everyone")
    .sort((one, other) => moving(other) - moving(one));
  const world = choices.filter(({ of }) => of === "world");
  // What comes and goes (an offer, say) has no curve to speak of.
  const lasting = world.filter(({ variable }) => memberOf(before?.global, variable) !== undefined);
  const shared =
    lasting.find(({ variable }) => state.global[variable] !== memberOf(before?.global, variable)) ?? world[0];
  return [own, shared].filter((one) => one !== undefined);
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
