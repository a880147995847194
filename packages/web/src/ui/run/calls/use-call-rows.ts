import type { CallsAnswer, ModelCall } from "@llm-sim/api";
import {
  keepPreviousData,
  type UseQueryResult,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useRef } from "react";
import type { CallsCriteria } from "../../../logic/calls/index.ts";
import { CALLS_PAGE, callQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";

/** What all the calls that match come to; asked again with every event that comes. */
export function useCallTotals(criteria: CallsCriteria): UseQueryResult<CallsAnswer> {
  const { id, summary } = useRun();
  return useQuery({
    ...callQueries.totals(id, criteria, summary.event_count),
    placeholderData: keepPreviousData,
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
  const queries = useQueryClient();
  const from = Math.floor(first / CALLS_PAGE);
  const pages = Array.from({ length: Math.floor(last / CALLS_PAGE) - from + 1 }, (_, at) => from + at);
  const answers = useQueries({
    queries: pages.map((page) => ({
      ...callQueries.page(id, criteria, page, total),
      enabled: total > page * CALLS_PAGE,
    })),
  });
  const held = useRef({ criteria, pages: new Map<number, readonly ModelCall[]>() });
  if (held.current.criteria !== criteria) held.current = { criteria, pages: new Map() };
  for (const [at, { data }] of answers.entries()) if (data) held.current.pages.set(from + at, data.calls);
  const row = (index: number) => held.current.pages.get(Math.floor(index / CALLS_PAGE))?.[index % CALLS_PAGE];
  return {
    error: answers.find(({ error }) => error)?.error,
    row,
    fetchRow: async (index) =>
      row(index) ?? (await queries.fetchQuery(callQueries.at(id, criteria, index))) ?? undefined,
  };
}
