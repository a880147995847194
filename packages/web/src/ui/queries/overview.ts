import { batches, createClient, history, phases, variables, widest } from "@llm-sim/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { jsonOver, variableQuery } from "../../logic/api/index.ts";
import { server } from "../session/index.ts";

/** Loaded only with what tells of a run as a whole. */
const overviewApi = createClient(jsonOver(server), { batches, history, phases, variables, widest });

/** Variables told of at once; the others are found by their names. */
export const MOST_VARIABLES = 1000;
/** Decisions told of. */
const WIDEST = 5;

/** What happened in a run. Of one that is being written it holds for so many events, which the key names. */
export const overviewQueries = {
  variables: (id: string, q: string, events: number) =>
    queryOptions({
      queryKey: ["variables", id, q, events],
      queryFn: ({ signal }) => overviewApi.variables({ id, q, limit: MOST_VARIABLES, points: 50 }, signal),
      placeholderData: keepPreviousData,
    }),
  phases: (id: string, events: number) =>
    queryOptions({
      queryKey: ["phases", id, events],
      queryFn: ({ signal }) => overviewApi.phases({ id }, signal),
      placeholderData: keepPreviousData,
    }),
  /** Of a run under way as of a turn: it goes through all decisions. */
  widest: (id: string, turns: number) =>
    queryOptions({
      queryKey: ["widest", id, turns],
      queryFn: ({ signal }) => overviewApi.widest({ id, limit: WIDEST }, signal),
      placeholderData: keepPreviousData,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** The writes of a variable in one turn. */
  writes: (id: string, variable: string, agent_id: string | undefined, turn: number) =>
    queryOptions({
      queryKey: ["writes", id, variable, agent_id, turn],
      queryFn: ({ signal }) =>
        overviewApi.history(
          { id, ...variableQuery(variable, agent_id), turn_start: turn, turn_end: turn },
          signal,
        ),
    }),
  /** The batch that a run is of, and how its runs stand. */
  batch: (id: string) =>
    queryOptions({
      queryKey: ["batches"],
      queryFn: async ({ signal }) => (await overviewApi.batches({}, signal)).batches,
      select: (all) => all.find((one) => one.id === id),
    }),
};
