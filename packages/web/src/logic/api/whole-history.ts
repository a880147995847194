import type { VariableWrite } from "@llm-sim/api";
import { ANY_AGENTS, variableText } from "@llm-sim/events/naming";
import type { Doubt } from "../doubts.ts";
import { formatCount } from "../format/index.ts";
import type { ApiClient } from "./client.ts";

/** How a variable is asked for: an agent's by its own name beside the agent's; the world's so that it is no agent's. */
export function variableQuery(
  name: string,
  agent: string | undefined,
): { variable: string; agent_id?: string } {
  return agent === undefined
    ? { variable: variableText({ agent_id: undefined, variable_name: name }, ANY_AGENTS) }
    : { variable: name, agent_id: agent };
}

const HISTORY_PAGE = 10_000;
/** Writes of one variable that are fetched at most: more than a chart has pixels for. */
const MAX_WRITES = 50_000;

/** Writes of a variable, and why they may not be all. */
export interface WholeHistory {
  writes: VariableWrite[];
  gaps: Doubt[];
}

/** Every write of a variable, in order of the log. */
export async function wholeHistory(
  api: Pick<ApiClient, "history">,
  id: string,
  variable: { name: string; agent?: string | undefined },
  signal?: AbortSignal,
): Promise<WholeHistory> {
  const asked = { id, ...variableQuery(variable.name, variable.agent), limit: HISTORY_PAGE };
  const writes: VariableWrite[] = [];
  for (;;) {
    const page = await api.history({ ...asked, offset: writes.length }, signal);
    writes.push(...page.writes);
    if (!page.has_more || page.writes.length === 0) return { writes, gaps: page.gaps };
    if (writes.length < MAX_WRITES) continue;
    const message = `Only the first ${formatCount(writes.length)} of ${formatCount(page.total)} writes are drawn.`;
    return { writes, gaps: [...page.gaps, { kind: "not_fetched", message }] };
  }
}
