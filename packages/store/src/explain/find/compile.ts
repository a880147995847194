import { compileWatch, isWatchError, type VariableReference, type Watch } from "@llm-sim/events/watch";
import { StoreError } from "../../errors.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { labels, unknownName, variableLabel } from "../state/index.ts";

/**
 * An expression whose variables the run has.
 *
 * @throws StoreError INVALID_ARGUMENT with the position
 */
export function compileFor(view: RunView, text: string): Watch {
  const watch = compiled(text);
  for (const reference of watch.variables) requireKnown(view, text, reference);
  return watch;
}

function compiled(text: string): Watch {
  try {
    return compileWatch(text);
  } catch (error) {
    if (!isWatchError(error)) throw error;
    throw new StoreError("INVALID_ARGUMENT", `expression: ${error.message}`, {
      parameter: "expression",
      position: error.position,
    });
  }
}

function requireKnown(view: RunView, text: string, { owner, path, position }: VariableReference): void {
  const { names, states } = view.index;
  const name = path.join(".");
  const isWritten = (agentId: string | undefined, variable: string): boolean => {
    const agent = agentId === undefined ? NO_AGENT : names.agents.find(agentId);
    const code = names.variables.find(variable);
    return agent !== undefined && code !== undefined && states.writesOf(agent, code).length > 0;
  };
  const isAgents = owner === "first" && path.length > 1 && isWritten(path[0], path.slice(1).join("."));
  const code = names.variables.find(name);
  const isAnyones =
    owner === "any" &&
    states.variables.some(({ agent, variable }) => agent !== NO_AGENT && variable === code);
  if (isAgents || isAnyones || (owner !== "any" && isWritten(undefined, name))) return;
  const label = owner === "any" ? variableLabel("*", name) : name;
  throw unknownName(
    "expression",
    `${JSON.stringify(text)}, at character ${position + 1}: run ${view.id} has no variable ${label}`,
    name,
    owner === "any" ? names.variables.names : labels(view.index),
    { position },
  );
}
