import { batch, createClient } from "@llm-sim/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { jsonOver } from "../../logic/api/index.ts";
import { askBatch, quickBatchCurves } from "../../logic/batch/index.ts";
import { server } from "../session/index.ts";

/** Loaded only with the pages of batches. */
const batchApi = createClient(jsonOver(server), { batch, batchCurves: quickBatchCurves });

/** How often a batch is asked for again while one of its runs is being written, in milliseconds. */
const REFRESH = 3000;

export const batchQueries = {
  /** A batch and what became of each outcome that can be asked for. */
  one: (id: string, outcomes: readonly string[]) =>
    queryOptions({
      queryKey: ["batch", id, outcomes],
      queryFn: ({ signal }) => askBatch((outcome) => batchApi.batch({ id, outcome }, signal), outcomes),
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => (state.data?.answer.batch.statuses.running ? REFRESH : false),
    }),
  /**
   * A variable in every run, by name.
   *
   * @param version another one is asked for anew: how many turns are there, say
   */
  curves: (id: string, variable: string, version: number) =>
    queryOptions({
      queryKey: ["batch-curves", id, variable, version],
      queryFn: ({ signal }) => batchApi.batchCurves({ id, variable }, signal),
      placeholderData: (before) => (before && "curves" in before ? before : undefined),
    }),
};
