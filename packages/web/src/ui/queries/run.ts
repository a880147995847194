import type { EventCriteria } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { countEvents } from "../../logic/api/index.ts";
import { densityOf, gridOver } from "../../logic/timeline/index.ts";
import { api } from "../run-api.ts";

/** What is asked of a run as a whole. Counts of a run that is being written hold for so many events, which the key names. */
export const runQueries = {
  /** Begins every key about this run that what it does next makes untrue. */
  key: (id: string) => ["run", id] as const,
  details: (id: string) =>
    queryOptions({
      queryKey: ["run", id],
      queryFn: ({ signal }) => api.run({ id }, signal),
    }),
  /** First and last moment, every agent, and why the events may not be all. */
  whole: (id: string, events: number, status: string) =>
    queryOptions({
      // A run that is over without having been closed has a gap that it had not before.
      queryKey: ["run", id, "whole", events, status],
      queryFn: ({ signal }) => api.timeline({ id, buckets: 1, by: "time" }, signal),
    }),
  /** Events that match, by kind and by agent. */
  facets: (id: string, criteria: EventCriteria, events: number) =>
    queryOptions({
      queryKey: ["facets", id, criteria, events],
      queryFn: ({ signal }) => api.timeline({ id, ...criteria, buckets: 1, by: "time" }, signal),
    }),
  /** How many events that match an agent is involved in. */
  involved: (id: string, criteria: EventCriteria, agent: string, events: number) =>
    queryOptions({
      queryKey: ["involved", id, criteria, agent, events],
      queryFn: ({ signal }) => countEvents(api, id, { ...criteria, involving: [agent] }, signal),
    }),
  /** Events over turns, on an axis that ends before `end`. */
  strip: (id: string, end: number, buckets: number) =>
    queryOptions({
      queryKey: ["overview", id, end, buckets],
      queryFn: async ({ signal }) => {
        const timeline = await api.timeline({ id, buckets, by: "turn" }, signal);
        return { density: densityOf([timeline], gridOver(0, end, buckets)), gaps: timeline.gaps };
      },
    }),
};

/** What begins the keys of answers about the list: they change as a search for its text finds more. */
export const LIST_KEYS: readonly (readonly string[])[] = [["row"], ["facets"], ["involved"]];
