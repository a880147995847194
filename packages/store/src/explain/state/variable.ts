import { nearestNames } from "@llm-sim/events/naming";
import { invalidArgument, StoreError } from "../../errors.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT, type PostingList, type RunIndex } from "../../run-index/index.ts";

/** How many names an error offers. */
const NAMED = 3;

/** A variable that was written at least once. */
export interface Variable {
  agent_id: string | undefined;
  name: string;
  /** `alice.wealth`; the world's by its name alone. */
  label: string;
  writes: PostingList;
}

/**
 * A variable by name, of an agent or of the world. Without `agentId` a name that the world does not have is an agent's,
 * whose id stands before the first dot.
 *
 * @throws StoreError INVALID_ARGUMENT with the nearest names
 */
export function findVariable(view: RunView, name: string, agentId: string | undefined): Variable {
  const found =
    agentId === undefined ? (ofWorld(view, name) ?? ofDottedName(view, name)) : ofAgent(view, agentId, name);
  if (found !== undefined) return found;
  const { agents } = view.index.names;
  if (agentId !== undefined && agents.find(agentId) === undefined) {
    throw unknownName(
      "agent_id",
      `run ${view.id} has no agent ${JSON.stringify(agentId)}`,
      agentId,
      agents.names.slice(1),
    );
  }
  const label = variableLabel(agentId, name);
  throw unknownName(
    "variable",
    `run ${view.id} has no variable ${JSON.stringify(label)}`,
    label,
    labels(view.index),
  );
}

export function variableLabel(agentId: string | undefined, name: string): string {
  return agentId === undefined ? name : `${agentId}.${name}`;
}

/** An INVALID_ARGUMENT that suggests names. */
export function unknownName(
  parameter: string,
  problem: string,
  wanted: string,
  candidates: readonly string[],
  details: Readonly<Record<string, unknown>> = {},
): StoreError {
  const near = nearestNames(wanted, candidates, NAMED);
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

/** Names that an error may suggest are looked for among so many. */
const MAX_CANDIDATES = 5000;

export function labels({ names, states }: RunIndex): string[] {
  return states.variables
    .slice(0, MAX_CANDIDATES)
    .map(({ agent, variable }) =>
      variableLabel(
        agent === NO_AGENT ? undefined : names.agents.name(agent),
        names.variables.name(variable) ?? "",
      ),
    );
}

function ofWorld(view: RunView, name: string): Variable | undefined {
  return written(view.index, NO_AGENT, undefined, name);
}

function ofDottedName(view: RunView, name: string): Variable | undefined {
  const dot = name.indexOf(".");
  return dot === -1 ? undefined : ofAgent(view, name.slice(0, dot), name.slice(dot + 1));
}

function ofAgent(view: RunView, agentId: string, name: string): Variable | undefined {
  const code = view.index.names.agents.find(agentId);
  return code === undefined || code === NO_AGENT ? undefined : written(view.index, code, agentId, name);
}

function written(
  index: RunIndex,
  agent: number,
  agentId: string | undefined,
  name: string,
): Variable | undefined {
  const code = index.names.variables.find(name);
  if (code === undefined) return undefined;
  const writes = index.states.writesOf(agent, code);
  return writes.length === 0
    ? undefined
    : { agent_id: agentId, name, label: variableLabel(agentId, name), writes };
}
