import { call, calls, createClient } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { jsonOver } from "../../logic/api/index.ts";
import type { CallsCriteria } from "../../logic/calls/index.ts";
import { server } from "../session/index.ts";

/** Loaded only with the parts that show calls. */
const callsApi = createClient(jsonOver(server), { calls, call });

/** Rows a page; about 100 KB. */
export const CALLS_PAGE = 200;
/** Pages are let go soon after they were looked at, in milliseconds. */
const PAGE_KEPT = 30_000;
/** Prompts may be large: they are let go soon after they were looked at, in milliseconds. */
const PROMPT_KEPT = 20_000;

export const callQueries = {
  /** What all the calls that match come to, while the run has so many events. */
  totals: (id: string, criteria: CallsCriteria, events: number) =>
    queryOptions({
      queryKey: ["calls", id, criteria, "totals", events],
      queryFn: ({ signal }) => callsApi.calls({ id, ...criteria, limit: 1 }, signal),
      gcTime: PAGE_KEPT,
    }),
  /** A page of the calls that match, of which there are `total`. */
  page: (id: string, criteria: CallsCriteria, page: number, total: number) =>
    queryOptions({
      // A page that is not full yet is another one with every call that comes.
      queryKey: ["calls", id, criteria, page, Math.min(CALLS_PAGE, total - page * CALLS_PAGE)],
      queryFn: ({ signal }) =>
        callsApi.calls({ id, ...criteria, offset: page * CALLS_PAGE, limit: CALLS_PAGE }, signal),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: PAGE_KEPT,
    }),
  /** One row alone. */
  at: (id: string, criteria: CallsCriteria, index: number) =>
    queryOptions({
      queryKey: ["calls", id, criteria, "at", index],
      queryFn: async ({ signal }) =>
        (await callsApi.calls({ id, ...criteria, offset: index, limit: 1 }, signal)).calls[0] ?? null,
      gcTime: PAGE_KEPT,
    }),
  /** A call as it differs from the asker's one before. */
  delta: (id: string, eventId: string) =>
    queryOptions({
      queryKey: ["call", id, eventId, "delta"],
      queryFn: ({ signal }) => callsApi.call({ id, event_id: eventId, delta: true }, signal),
      gcTime: PROMPT_KEPT,
    }),
  /** A call with every message. */
  whole: (id: string, eventId: string) =>
    queryOptions({
      queryKey: ["call", id, eventId, "whole"],
      queryFn: ({ signal }) => callsApi.call({ id, event_id: eventId }, signal),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: PROMPT_KEPT,
    }),
};
