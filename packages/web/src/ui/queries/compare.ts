import {
  type CompareDifferencesQuery,
  type CompareValuesQuery,
  compare,
  compareDifferences,
  compareValues,
  createClient,
  type RunDetails,
} from "@llm-sim/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { jsonOver, type WholeHistory, wholeHistory } from "../../logic/api/index.ts";
import { seriesOf } from "../../logic/world/index.ts";
import { api } from "../run-api.ts";
import { server } from "../session/index.ts";

const compareApi = createClient(jsonOver(server), { compare, compareDifferences, compareValues });

/** Rows on a page of differences or of values. */
export const COMPARED_PAGE = 100;

const NO_HISTORY: WholeHistory = { writes: [], gaps: [] };

export const compareQueries = {
  two: (left: string, right: string) =>
    queryOptions({
      queryKey: ["compare", left, right],
      queryFn: ({ signal }) => compareApi.compare({ left, right }, signal),
    }),
  /** A page of the events that differ. */
  differences: (query: Omit<CompareDifferencesQuery, "limit" | "offset">, page: number) =>
    queryOptions({
      queryKey: ["differences", query, page],
      queryFn: ({ signal }) =>
        compareApi.compareDifferences(
          { ...query, limit: COMPARED_PAGE, offset: page * COMPARED_PAGE },
          signal,
        ),
      placeholderData: keepPreviousData,
    }),
  /** A page of values side by side. */
  values: (query: Omit<CompareValuesQuery, "limit" | "offset">, page: number) =>
    queryOptions({
      queryKey: ["compared values", query, page],
      queryFn: ({ signal }) =>
        compareApi.compareValues({ ...query, limit: COMPARED_PAGE, offset: page * COMPARED_PAGE }, signal),
      placeholderData: keepPreviousData,
    }),
  /** A variable's curves, a run each. */
  curves: (runs: readonly RunDetails[], name: string, agent: string | undefined) =>
    queryOptions({
      queryKey: ["curves", runs.map(({ id }) => id), name, agent],
      queryFn: async ({ signal }) => {
        // A run that lacks the variable has no curve; that is no failure of the other's.
        const histories = await Promise.all(
          runs.map((run) => wholeHistory(api, run.id, { name, agent }, signal).catch(() => NO_HISTORY)),
        );
        const { turns, series } = seriesOf(
          runs.map((run, at) => ({
            label: run.id,
            writes: (histories[at] ?? NO_HISTORY).writes,
            last: run.turns,
          })),
        );
        return {
          turns,
          lines: series.map((one, at) => ({ ...one, gaps: (histories[at] ?? NO_HISTORY).gaps })),
        };
      },
    }),
};
