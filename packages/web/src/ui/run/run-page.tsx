import type { Gap, RunDetails } from "@llm-sim/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { isApiError } from "../../logic/api/index.ts";
import { microseconds } from "../../logic/format/index.ts";
import { positionOf } from "../../logic/timeline/index.ts";
import { createViewStore } from "../../logic/view/index.ts";
import { Failure, Loading, NoSuchRun } from "../parts/index.ts";
import { runQueries } from "../queries/index.ts";
import { TokenForm, wantsToken } from "../session/index.ts";
import { RunWorkbench } from "./run-workbench.tsx";

/** How often a running run's counts are asked for again, in milliseconds. */
const REFRESH = 1000;

const NO_GAPS: readonly Gap[] = [];

export function RunPage() {
  const { runId } = useParams({ from: "/runs/$runId" });
  const summary = useQuery({
    ...runQueries.details(runId),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? REFRESH : false),
  });
  useEffect(() => {
    document.title = `${runId} · llm-sim`;
  }, [runId]);

  if (summary.data) return <LoadedRun key={runId} summary={summary.data} />;
  return (
    <main className="page">
      <h1 className="sr-only">{runId}</h1>
      {summary.isPending && <Loading label="Opening the run" />}
      {wantsToken(summary.error) && <TokenForm />}
      {isApiError(summary.error, "SIMULATION_NOT_FOUND") && <NoSuchRun id={runId} />}
      {summary.error && !wantsToken(summary.error) && !isApiError(summary.error, "SIMULATION_NOT_FOUND") && (
        <Failure error={summary.error} onRetry={() => void summary.refetch()} />
      )}
    </main>
  );
}

function LoadedRun({ summary }: { summary: RunDetails }) {
  const search = useSearch({ from: "/runs/$runId" });
  // The view begins as the address says; afterwards `useUrlSync` keeps the two together.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the first address counts
  const view = useMemo(() => createViewStore(search), []);
  const whole = useQuery({
    ...runQueries.whole(summary.id, summary.event_count, summary.status),
    placeholderData: keepPreviousData,
  });
  // What was known stays, where asking again fails: the server may be away for a moment.
  const held = useRef(whole.data);
  held.current = whole.data ?? held.current;
  const known = held.current;
  const [bucket] = known?.buckets ?? [];
  const agents = useMemo(() => new Map(Object.entries(bucket?.by_agent ?? {})), [bucket]);
  const start = (bucket && positionOf(bucket.from)) ?? microseconds(summary.start_time) ?? 0;
  const end = (bucket && positionOf(bucket.to)) ?? microseconds(summary.end_time) ?? start;
  const domains = useMemo(
    () => ({
      turn: { from: 0, to: summary.turns + 1 },
      time: { from: start, to: Math.max(start + 1000, end + 1) },
    }),
    [summary.turns, start, end],
  );
  if (whole.isPending && !known) {
    return (
      <main className="page">
        <h1 className="sr-only">{summary.id}</h1>
        <Loading label="Opening the run" />
      </main>
    );
  }
  if (whole.error && !known) {
    return (
      <main className="page">
        <h1 className="sr-only">{summary.id}</h1>
        <Failure error={whole.error} onRetry={() => void whole.refetch()} />
      </main>
    );
  }
  return (
    <RunWorkbench
      summary={summary}
      gaps={known?.gaps ?? NO_GAPS}
      view={view}
      agents={agents}
      domains={domains}
    />
  );
}
