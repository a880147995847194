import { asGiven, stepText } from "@llm-sim/events/naming";
import { compileWatch, isWatchError, type Watch, type WatchedVariable } from "@llm-sim/events/watch";
import { StoreError } from "../../errors.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { anyones, isWritten, labels, unknownName } from "../state/index.ts";

/**
 * An expression whose variables the run has.
 *
 * @throws StoreError INVALID_ARGUMENT with the position
 */
export function compileFor(view: RunView, text: string): Watch {
  const watch = compiled(view, text);
  for (const named of watch.variables) requireKnown(view, text, named);
  return watch;
}

function compiled(view: RunView, text: string): Watch {
  try {
    return compileWatch(text);
  } catch (error) {
    if (!isWatchError(error)) throw error;
    throw new StoreError("INVALID_ARGUMENT", `expression: ${error.message}${quotesMissing(view, text)}`, {
      parameter: "expression",
      position: error.position,
    });
  }
}

function requireKnown(view: RunView, text: string, named: WatchedVariable): void {
  const { names, states } = view.index;
  const { reference, position } = named;
  const isAnyones = reference.of === "anyone";
  if (isAnyones) {
    const code = names.variables.find(reference.variable_name);
    if (states.variables.some(({ agent, variable }) => agent !== NO_AGENT && variable === code)) return;
  } else if (reference.meanings.some((meaning) => isWritten(view, meaning))) return;
  throw unknownName(
    "expression",
    `${asGiven(text)}, at character ${position + 1}: run ${view.id} has no variable ${named.text}${quotesMissing(view, text)}`,
    named.text,
    isAnyones ? anyones(view) : labels(view),
    { position },
  );
}

/** Where an agent's id stands in an expression without the quotes that it needs. */
function quotesMissing(view: RunView, text: string): string {
  const agent = view.index.names.agents.names.find(
    (id) => id !== "" && stepText(id) !== id && text.includes(`${id}.`) && !text.includes(`"${id}".`),
  );
  return agent === undefined ? "" : ` (an agent with a sign, space or dot is quoted: ${stepText(agent)}.…)`;
}
