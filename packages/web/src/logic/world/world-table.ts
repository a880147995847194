import type { StateAnswer } from "@llm-sim/api";
import { type JsonValue, memberOf } from "@llm-sim/events/schema";
import { same } from "../event-text/index.ts";
import { byName, formatDifference, formatValue } from "../format/index.ts";

export interface Cell {
  text: string;
  /** It is not what it was before the turn. */
  changed: boolean;
  /** For numbers: by how much. */
  difference?: string;
  direction: "up" | "down" | "none";
}

export interface WorldTable {
  /** The world's own variables by name. */
  world: { name: string; cell: Cell }[];
  /** Columns: every variable that any agent has. */
  variables: string[];
  /** One row an agent; a cell is absent where it lacks the variable, and where it remembers nothing. */
  agents: { agent: string; cells: (Cell | undefined)[]; remembers: Cell | undefined }[];
  /** Some agent remembers something, now or before the turn. */
  hasMemory: boolean;
}

/**
 * The state as a table, against the state before the turn; by name, as a state comes in the order of its last writes, which is
 * another after every event: places that change cannot be read while it plays.
 */
export function worldTable(state: StateAnswer, before: StateAnswer | undefined): WorldTable {
  const { memory = {} } = state;
  const agents: StateAnswer["agents"] = {
    ...Object.fromEntries(Object.keys(memory).map((id) => [id, {}])),
    ...state.agents,
  };
  const variables = [...new Set(Object.values(state.agents).flatMap((own) => Object.keys(own)))].sort(byName);
  return {
    world: Object.entries(state.global)
      .sort(([one], [other]) => byName(one, other))
      .map(([name, value]) => ({ name, cell: cellOf(value, memberOf(before?.global, name), before) })),
    variables,
    hasMemory: Object.keys({ ...before?.memory, ...memory }).length > 0,
    agents: Object.entries(agents)
      .sort(([one], [other]) => byName(one, other))
      .map(([agent, own]) => ({
        agent,
        cells: variables.map((name) => {
          const value = memberOf(own, name);
          const old = memberOf(memberOf(before?.agents, agent), name);
          return value === undefined ? undefined : cellOf(value, old, before);
        }),
        remembers: rememberedBy(agent, memory, before),
      })),
  };
}

function rememberedBy(
  agent: string,
  memory: NonNullable<StateAnswer["memory"]>,
  before: StateAnswer | undefined,
): Cell | undefined {
  const now = memberOf(memory, agent);
  return now && cellOf(now, memberOf(before?.memory, agent), before);
}

/** Characters of a cell; of a list fewer, which is folded: it is shown whole where one asks for the value. */
const MAX_TEXT = 60;
const MAX_LIST = 30;

function cellOf(value: JsonValue, old: JsonValue | undefined, before: StateAnswer | undefined): Cell {
  const text = formatValue(value, Array.isArray(value) ? MAX_LIST : MAX_TEXT);
  if (!before || same(value, old)) return { text, changed: false, direction: "none" };
  if (typeof value !== "number" || typeof old !== "number") return { text, changed: true, direction: "none" };
  const by = Number((value - old).toPrecision(12));
  return {
    text,
    changed: true,
    difference: formatDifference(by),
    direction: by > 0 ? "up" : by < 0 ? "down" : "none",
  };
}

/** Variables that are numbers somewhere: what a curve can show. The world's have no owner. */
export function chartable(state: StateAnswer): { world: string[]; agents: string[] } {
  return variablesThat(state, (value) => typeof value === "number");
}

/** Variables that are a text or a boolean somewhere: of these it can be counted who has which. */
export function countable(state: StateAnswer): { world: string[]; agents: string[] } {
  return variablesThat(state, (value) => typeof value === "string" || typeof value === "boolean");
}

function variablesThat(
  state: StateAnswer,
  fits: (value: JsonValue) => boolean,
): { world: string[]; agents: string[] } {
  const names = (variables: Readonly<Record<string, JsonValue>>) =>
    Object.entries(variables)
      .filter(([, value]) => fits(value))
      .map(([name]) => name);
  return {
    world: names(state.global).sort(byName),
    agents: [...new Set(Object.values(state.agents).flatMap(names))].sort(byName),
  };
}
