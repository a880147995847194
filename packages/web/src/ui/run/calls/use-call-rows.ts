import type { CallsAnswer, ModelCall } from "@llm-sim/api";
import { keepPreviousData, type UseQueryResult, useQueries, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import type { CallsCriteria } from "../../../logic/calls/index.ts";
import { callsApi } from "../calls-api.ts";
import { useRun } from "../session.ts";

/** Rows a page; about 100 KB. */
const PAGE = 200;
/** Pages are let go soon after they were looked at, in milliseconds. */
const KEPT = 30_000;

/** What all the calls that match come to; asked again with every event that comes. */
export function useCallTotals(criteria: CallsCriteria): UseQueryResult<CallsAnswer> {
  const { id, summary } = useRun();
  return useQuery({
    queryKey: ["calls", id, criteria, "totals", summary.event_count],
    queryFn: ({ signal }) => callsApi.calls({ id, ...criteria, limit: 1 }, signal),
    placeholderData: keepPreviousData,
    gcTime: KEPT,
  });
}

export interface CallRows {
  error: unknown;
  /** `undefined` while it is on its way. */
  row: (index: number) => ModelCall | undefined;
  fetchRow: (index: number) => Promise<ModelCall | undefined>;
}

/** The calls in sight, of so many that match. Those that come while the run goes on are added without a row going. */
export function useCallRows(criteria: CallsCriteria, total: number, first: number, last: number): CallRows {
  const { id } = useRun();
  const from = Math.floor(first / PAGE);
  const pages = Array.from({ length: Math.floor(last / PAGE) - from + 1 }, (_, at) => from + at);
  const answers = useQueries({
    queries: pages.map((page) => ({
      // A page that is not full yet is another one with every call that comes.
      queryKey: ["calls", id, criteria, page, Math.min(PAGE, total - page * PAGE)],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        callsApi.calls({ id, ...criteria, offset: page * PAGE, limit: PAGE }, signal),
      enabled: total > page * PAGE,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: KEPT,
    })),
  });
  const held = useRef({ criteria, pages: new Map<number, readonly ModelCall[]>() });
  if (held.current.criteria !== criteria) held.current = { criteria, pages: new Map() };
  for (const [at, { data }] of answers.entries()) if (data) held.current.pages.set(from + at, data.calls);
  const row = (index: number) => held.current.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  return {
    error: answers.find(({ error }) => error)?.error,
    row,
    fetchRow: async (index) =>
      row(index) ?? (await callsApi.calls({ id, ...criteria, offset: index, limit: 1 })).calls[0],
  };
}
