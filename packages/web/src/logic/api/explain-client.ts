import { ANY_AGENTS, variableText } from "@llm-sim/events/naming";
import { formatCount } from "../format/index.ts";
import type { ApiClient } from "./client.ts";
import { runPath } from "./client.ts";
import type { Gap } from "./completeness-schemas.ts";
import {
  type Comparison,
  comparisonSchema,
  type History,
  historySchema,
  stateSchema,
  type VariableWrite,
  type WhyAnswer,
  type WorldState,
  whySchema,
} from "./explain-schemas.ts";
import { getJson } from "./request.ts";

/** The world at the end of a turn, or right behind an event. */
export function fetchState(
  api: ApiClient,
  run: string,
  at: { turn: number; eventId?: string | undefined },
  signal?: AbortSignal,
): Promise<WorldState> {
  const query = at.eventId === undefined ? { turn: at.turn } : { event_id: at.eventId };
  return getJson(api.connection, `${runPath(run)}/state`, query, stateSchema, signal);
}

const HISTORY_PAGE = 10_000;
/** Writes of one variable that are fetched at most: more than a chart has pixels for. */
const MAX_WRITES = 50_000;

/** Writes of a variable, and why they may not be all. */
export interface WholeHistory {
  writes: VariableWrite[];
  gaps: Gap[];
}

/** Every write of a variable, in order of the log. */
export async function fetchHistory(
  api: ApiClient,
  run: string,
  variable: { name: string; agent?: string | undefined },
  signal?: AbortSignal,
): Promise<WholeHistory> {
  const writes: VariableWrite[] = [];
  let page: History;
  do {
    page = await getJson(
      api.connection,
      `${runPath(run)}/history`,
      { ...asked(variable.name, variable.agent), limit: HISTORY_PAGE, offset: writes.length },
      historySchema,
      signal,
    );
    writes.push(...page.writes);
  } while (page.has_more && page.writes.length > 0 && writes.length < MAX_WRITES);
  return { writes, gaps: page.has_more ? [...page.gaps, cutShort(writes.length, page.total)] : page.gaps };
}

function cutShort(fetched: number, total: number): Gap {
  return {
    kind: "truncated",
    message: `Only the first ${formatCount(fetched)} of ${formatCount(total)} writes are drawn.`,
  };
}

/** An agent's variable by its own name beside the agent's; the world's so that it is no agent's. */
function asked(name: string, agent: string | undefined): { variable: string; agent_id?: string } {
  return agent === undefined
    ? { variable: variableText({ agent_id: undefined, variable_name: name }, ANY_AGENTS) }
    : { variable: name, agent_id: agent };
}

export type WhyQuestion =
  | { eventId: string; depth?: number }
  | { variable: string; agent?: string | undefined; turn: number; depth?: number };

export function fetchWhy(
  api: ApiClient,
  run: string,
  question: WhyQuestion,
  signal?: AbortSignal,
): Promise<WhyAnswer> {
  const query =
    "eventId" in question
      ? { event_id: question.eventId, depth: question.depth }
      : { ...asked(question.variable, question.agent), turn: question.turn, depth: question.depth };
  return getJson(api.connection, `${runPath(run)}/why`, query, whySchema, signal);
}

export function fetchComparison(
  api: ApiClient,
  left: string,
  right: string,
  signal?: AbortSignal,
): Promise<Comparison> {
  return getJson(api.connection, "/compare", { left, right }, comparisonSchema, signal);
}
