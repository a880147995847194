import type { EventCriteria } from "@llm-sim/api";
import { nearestText } from "../errors.ts";
import type { RunView } from "../reader/index.ts";

/**
 * Why criteria may match nothing, a line each: an agent or event that they name is not in the log. That is no error, for in
 * a run that is being written it may come.
 *
 * @param config of the run, who may name agents that have done nothing yet
 */
export function hintsOf(
  view: RunView,
  config: unknown,
  { agent_ids = [], involving = [], caused_by }: EventCriteria,
): string[] {
  const strangers = [...new Set([...agent_ids, ...involving])].filter((id) => !view.agents.has(id));
  const others = strangers.length === 0 ? [] : agentsOf(view, config);
  const hints = strangers.filter((id) => !others.includes(id)).map((id) => noAgentText(view.id, id, others));
  if (caused_by !== undefined && view.index.find(caused_by) < 0) {
    hints.push(`run ${view.id} has no event ${caused_by}`);
  }
  return hints;
}

/** `run market has no agent "ana"; the nearest: anna` */
export function noAgentText(run: string, id: string, others: readonly string[]): string {
  return `run ${run} has no agent ${JSON.stringify(id)}${nearestText(id, others, "its agents are")}`;
}

/** Those of the log, and of the config, who may have done nothing yet. */
function agentsOf({ index }: RunView, config: unknown): string[] {
  return [...new Set([...index.names.agents.names.slice(1), ...namesIn(config)])];
}

function namesIn(config: unknown): string[] {
  if (typeof config !== "object" || config === null || !("agents" in config)) return [];
  return Array.isArray(config.agents) ? config.agents.flatMap(nameOf) : [];
}

function nameOf(agent: unknown): string[] {
  const isNamed = typeof agent === "object" && agent !== null && "name" in agent;
  return isNamed && typeof agent.name === "string" ? [agent.name] : [];
}
