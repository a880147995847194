import type { RunDetails } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { isApiError } from "../../logic/api/index.ts";
import { plural } from "../../logic/format/index.ts";
import { PaletteButton } from "../palette/index.ts";
import { ErrorBoundary, Failure, GapLines, Icon, Loading, NoSuchRun, StatusPill } from "../parts/index.ts";
import { compareQueries, runQueries } from "../queries/index.ts";
import { ThemeSwitch, TokenForm, wantsToken } from "../session/index.ts";
import { Configuration } from "./configuration.tsx";
import { Curves } from "./curves.tsx";
import { Differences } from "./differences.tsx";
import { Distance } from "./distance.tsx";
import { Divergence } from "./divergence.tsx";
import { TwoTimelines } from "./two-timelines.tsx";
import { useCompareView } from "./use-compare-view.ts";
import { ValuesTable } from "./values-table.tsx";
import "../../styles/compare-lists.css";

/** Two runs: where they first differ, what follows from that and what does not, and how far they are apart. */
export function ComparePage() {
  const { leftId, rightId } = useParams({ from: "/runs/$leftId/compare/$rightId" });
  const { data: left, error: leftError } = useQuery(runQueries.details(leftId));
  const { data: right, error: rightError } = useQuery(runQueries.details(rightId));
  const missing = isMissing(leftError) ? leftId : isMissing(rightError) ? rightId : undefined;
  const { data, error, isPending, refetch } = useQuery(compareQueries.two(leftId, rightId));
  const [view, change] = useCompareView();
  useEffect(() => {
    document.title = `${leftId} and ${rightId} · llm-sim`;
  }, [leftId, rightId]);
  return (
    <main className="page compare">
      <header className="run-header">
        <Link to="/" search={{}} className="back">
          Runs
        </Link>
        <Icon name="right" />
        <h1>
          {leftId} <span className="count">and</span> {rightId}
        </h1>
        <span className="spacer" />
        <Link
          className="button"
          to="/runs/$leftId/compare/$rightId"
          params={{ leftId: rightId, rightId: leftId }}
          search={{}}
        >
          Swap sides
        </Link>
        <PaletteButton />
        <ThemeSwitch />
      </header>
      <div className="sides">
        <Side side="left" id={leftId} summary={left} />
        <Side side="right" id={rightId} summary={right} />
      </div>
      {isPending && <Loading label="Comparing event by event" />}
      {wantsToken(error) && <TokenForm />}
      {missing !== undefined && <NoSuchRun id={missing} />}
      {error && !wantsToken(error) && missing === undefined && (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
      {data && (
        <p className={`verdict ${data.equal ? "equal" : "different"}`}>
          <Icon name={data.equal ? "check" : "warning"} />
          {data.summary}
        </p>
      )}
      {data && data.gaps.length > 0 && (
        <section className="gap-lines" aria-label="What this rests on">
          <GapLines gaps={data.gaps} />
        </section>
      )}
      {left && right && (
        <TwoTimelines
          left={left}
          right={right}
          divergence={data?.divergence?.difference.key.turn}
          turns={data?.turns ?? []}
        />
      )}
      {data?.divergence && <Divergence leftId={leftId} rightId={rightId} divergence={data.divergence} />}
      {data && data.configuration.length > 0 && <Configuration differences={data.configuration} />}
      {left && right && data && (
        <ErrorBoundary>
          <Distance answer={data} turn={view.turn} onTurn={(turn) => change({ turn, valuesPage: 0 })} />
          <ValuesTable left={left} right={right} view={view} onView={change} />
          <Curves
            left={left}
            right={right}
            divergence={data.divergence?.difference.key.turn}
            distances={data.turns.at(-1)?.variables ?? {}}
          />
        </ErrorBoundary>
      )}
      {data && !data.equal && (
        <Differences answer={data} leftId={leftId} rightId={rightId} view={view} onView={change} />
      )}
    </main>
  );
}

function isMissing(error: unknown): boolean {
  return isApiError(error, "SIMULATION_NOT_FOUND");
}

function Side({
  side,
  id,
  summary,
}: {
  side: "left" | "right";
  id: string;
  summary: RunDetails | undefined;
}) {
  return (
    <div className="side">
      <span className={`side-mark side-${side}`} aria-hidden="true" />
      <Link to="/runs/$runId" params={{ runId: id }} search={{}} className="run-link">
        {id}
      </Link>
      {summary && (
        <>
          <StatusPill status={summary.status} />
          <span className="count">
            {plural(summary.turns, "turn")} · {plural(summary.event_count, "event")}
          </span>
        </>
      )}
    </div>
  );
}
