import {
  anyonesText,
  isNameError,
  nearestNames,
  readVariable,
  type VariableId,
  type VariableReference,
  variableMeant,
  variableText,
} from "@llm-sim/events/naming";
import { invalidArgument, StoreError } from "../../errors.ts";
import { noAgentText } from "../../query/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT, type PostingList } from "../../run-index/index.ts";

/** How many names an error offers. */
const NAMED = 3;
/** Names that an error may suggest are looked for among so many. */
const MAX_CANDIDATES = 5000;

/** A variable that was written at least once. */
export interface Variable {
  agent_id: string | undefined;
  name: string;
  /** As it is asked for: `alice.wealth`, `price`, `global.alice.wealth`. */
  label: string;
  writes: PostingList;
}

/**
 * A variable by name, see `readVariable`; with `agentId` the name is of that agent's variable alone.
 *
 * @throws StoreError INVALID_ARGUMENT with the nearest names
 */
export function findVariable(view: RunView, text: string, agentId: string | undefined): Variable {
  const meant = agentId === undefined ? meantBy(view, text) : ownMeantBy(view, text, agentId);
  const label = variableText(meant, view.agents);
  const writes = writesOf(view, meant);
  if (writes === undefined) {
    const wanted = agentId === undefined ? text : label;
    throw unknownName("variable", `run ${view.id} has no variable ${wanted}`, wanted, labels(view));
  }
  return { agent_id: meant.agent_id, name: meant.variable_name, label, writes };
}

/**
 * The variables that a name is of: one, or with `*.wealth` everyone's of that name, in order of appearance.
 *
 * @throws StoreError INVALID_ARGUMENT with the nearest names
 */
export function findVariables(view: RunView, text: string): Variable[] {
  const reference = read(text);
  if (reference.of === "one") return [findVariable(view, text, undefined)];
  const { names, states } = view.index;
  const name = reference.variable_name;
  const code = names.variables.find(name);
  const found = states.variables.flatMap(({ agent, variable }): Variable[] => {
    if (agent === NO_AGENT || variable !== code) return [];
    const agent_id = names.agents.name(agent);
    const label = variableText({ agent_id, variable_name: name }, view.agents);
    return [{ agent_id, name, label, writes: states.writesOf(agent, variable) }];
  });
  if (found.length === 0)
    throw unknownName("variable", `no agent of run ${view.id} has a variable ${name}`, text, anyones(view));
  return found;
}

/** Names that some agent's variable has, as `*.wealth`. */
export function anyones(view: RunView): string[] {
  const { names, states } = view.index;
  const codes = new Set(
    states.variables.flatMap(({ agent, variable }) => (agent === NO_AGENT ? [] : [variable])),
  );
  return [...codes].map((code) => anyonesText(names.variables.name(code) ?? ""));
}

/** Whether a variable was written at least once. */
export function isWritten(view: RunView, variable: VariableId): boolean {
  return writesOf(view, variable) !== undefined;
}

/** An INVALID_ARGUMENT that suggests names. */
export function unknownName(
  parameter: string,
  problem: string,
  wanted: string,
  candidates: readonly string[],
  details: Readonly<Record<string, unknown>> = {},
): StoreError {
  const near = nearestNames(unquoted(wanted), candidates, NAMED, unquoted);
  if (near.length === 0) {
    const { message } = invalidArgument(parameter, problem);
    return new StoreError("INVALID_ARGUMENT", message, { parameter, nearest: [], ...details });
  }
  return new StoreError("INVALID_ARGUMENT", `${parameter}: ${problem}; the nearest: ${near.join(", ")}`, {
    parameter,
    nearest: near,
    ...details,
  });
}

/** As people type names, whatever quotes they need. */
function unquoted(name: string): string {
  return name.replaceAll(/["']/g, "").replace(/^(?:global|agents)\./, "");
}

export function labels(view: RunView): string[] {
  const { names, states } = view.index;
  return states.variables.slice(0, MAX_CANDIDATES).map(({ agent, variable }) =>
    variableText(
      {
        agent_id: agent === NO_AGENT ? undefined : names.agents.name(agent),
        variable_name: names.variables.name(variable) ?? "",
      },
      view.agents,
    ),
  );
}

function meantBy(view: RunView, text: string): VariableId {
  const reference = read(text);
  if (reference.of === "anyone") {
    throw invalidArgument(
      "variable",
      `${JSON.stringify(text)} is of any agent; name one, as in alice.wealth`,
    );
  }
  return variableMeant(reference.meanings, (variable) => isWritten(view, variable), view.agents);
}

function ownMeantBy(view: RunView, text: string, agentId: string): VariableId {
  if (!view.agents.has(agentId)) throw noSuchAgent(view, agentId);
  const literal = { agent_id: agentId, variable_name: text };
  if (isWritten(view, literal)) return literal;
  const reference = read(`global.${text}`);
  const [own] = reference.of === "one" ? reference.meanings : [];
  return own === undefined ? literal : { agent_id: agentId, variable_name: own.variable_name };
}

/** An INVALID_ARGUMENT that suggests agents. */
export function noSuchAgent(view: RunView, agentId: string): StoreError {
  const agents = view.index.names.agents.names.slice(1);
  const { message } = invalidArgument("agent_id", noAgentText(view.id, agentId, agents));
  const nearest = nearestNames(agentId, agents, NAMED);
  return new StoreError("INVALID_ARGUMENT", message, { parameter: "agent_id", nearest });
}

function read(text: string): VariableReference {
  try {
    return readVariable(text);
  } catch (error) {
    if (isNameError(error)) throw invalidArgument("variable", error.message);
    throw error;
  }
}

/** Rows that write the variable, in the order of the log; `undefined` where there is none. */
export function writesOf(
  { index }: RunView,
  { agent_id, variable_name }: VariableId,
): PostingList | undefined {
  const agent = agent_id === undefined ? NO_AGENT : index.names.agents.find(agent_id);
  const variable = index.names.variables.find(variable_name);
  if (agent === undefined || variable === undefined || (agent === NO_AGENT && agent_id !== undefined))
    return undefined;
  const writes = index.states.writesOf(agent, variable);
  return writes.length === 0 ? undefined : writes;
}
