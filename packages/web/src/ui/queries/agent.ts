import { createClient, type InteractionsQuery, interactions, variables } from "@llm-sim/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { decisionRows } from "../../logic/agent/index.ts";
import { jsonOver } from "../../logic/api/index.ts";
import { api } from "../run-api.ts";
import { server } from "../session/index.ts";

const agentApi = createClient(jsonOver(server), { interactions, variables });

/** Decisions on a page. */
export const DECISIONS_PAGE = 50;
/** Events looked through for what came of them. */
const MOST_OUTCOMES = 2000;

/** What one agent did. Of a run that is being written it holds for so many events, which the key names. */
export const agentQueries = {
  variables: (id: string, agent: string, events: number) =>
    queryOptions({
      queryKey: ["agent", id, agent, "variables", events],
      queryFn: ({ signal }) => agentApi.variables({ id, agent_id: agent, limit: 1000, points: 200 }, signal),
    }),
  /** A page of its decisions, and what was done about them and refused. */
  decisions: (id: string, agent: string, page: number, events: number) =>
    queryOptions({
      queryKey: ["agent", id, agent, "decisions", page, events],
      queryFn: async ({ signal }) => {
        const of = { id, agent_ids: [agent], event_types: ["DECISION" as const] };
        const found = await api.events(
          { ...of, limit: DECISIONS_PAGE, offset: page * DECISIONS_PAGE },
          signal,
        );
        const [first, last] = [found.events[0], found.events.at(-1)];
        const others =
          first === undefined || last === undefined
            ? undefined
            : await api.events(
                {
                  id,
                  involving: [agent],
                  event_types: ["ACTION", "SYSTEM"],
                  turn_start: first.turn_number,
                  turn_end: last.turn_number,
                  start_timestamp: first.timestamp,
                  limit: MOST_OUTCOMES,
                },
                signal,
              );
        return {
          total: found.total,
          gaps: found.gaps,
          rows: decisionRows(found.events, others?.events ?? []),
          isCut: others?.has_more ?? false,
        };
      },
      placeholderData: keepPreviousData,
    }),
  /** What it remembers at the end of the log. */
  memory: (id: string, agent: string, events: number) =>
    queryOptions({
      queryKey: ["agent", id, agent, "memory", events],
      queryFn: async ({ signal }) => {
        const { memory, gaps } = await api.state({ id, agent_id: agent }, signal);
        const own = memory !== undefined && Object.hasOwn(memory, agent) ? memory[agent] : undefined;
        return { memory: own ?? null, gaps };
      },
    }),
  interactions: ({ id, ...query }: InteractionsQuery & { id: string }, events: number) =>
    queryOptions({
      queryKey: ["interactions", id, query, events],
      queryFn: ({ signal }) => agentApi.interactions({ id, ...query }, signal),
      placeholderData: keepPreviousData,
    }),
};
