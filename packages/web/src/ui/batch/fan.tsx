import type { BatchAnswer } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { runCurves } from "../../logic/batch/index.ts";
import { formatCount } from "../../logic/format/index.ts";
import { Failure, GapMark, Icon, Loading } from "../parts/index.ts";
import { batchQueries } from "../queries/index.ts";
import { loadPart } from "../session/index.ts";
import { EndCounts } from "./end-counts.tsx";
import { Histogram } from "./histogram.tsx";
import type { RunLooks } from "./run-colors.ts";

// Fetched while the batch is asked for: hardly one has no number.
const chart = loadPart(() => import("./fan-chart.tsx"));
const FanChart = lazy(async () => ({ default: (await chart).FanChart }));

interface FanProps {
  answer: BatchAnswer;
  /** A variable, by name. */
  name: string;
  looks: RunLooks;
  wordsOf: (id: string) => string;
  onPick: (id: string, turn: number) => void;
  /** Takes it away, where that can be. */
  onRemove: (() => void) | undefined;
}

/** One variable in all runs: over turns, and at the end. */
export function Fan({ answer, name, looks, wordsOf, onPick, onRemove }: FanProps) {
  const version = answer.runs.reduce((sum, { event_count }) => sum + event_count, 0);
  const { data, error, refetch } = useQuery(batchQueries.curves(answer.batch.id, name, version));
  const curves = useMemo(() => (data ? runCurves(data) : []), [data]);
  const parting = answer.parting;
  const bands = data?.bands;
  const fewer = bands?.turns[bands.runs.findIndex((runs, at) => runs < (bands.runs[at - 1] ?? 0))];
  return (
    <section className="card fan" aria-label={name}>
      <h2 className="row">
        <span className="fan-name">{name}</span>
        {data && (
          <span className="count">
            {data.runs === answer.batch.runs
              ? ""
              : `known of ${formatCount(data.runs)} of ${formatCount(answer.batch.runs)} runs`}
          </span>
        )}
        {data && <GapMark gaps={data.gaps} />}
        {data && data.every_turns > 1 && (
          <span className="count">a point every {formatCount(data.every_turns)} turns</span>
        )}
        {fewer !== undefined && (
          <span className="count">
            fewer runs from turn {formatCount(fewer)} on: those that ended count no more
          </span>
        )}
        <span className="spacer" />
        {onRemove && (
          <button
            type="button"
            className="button icon-button quiet"
            aria-label={`Do not show ${name}`}
            title="Do not show"
            onClick={onRemove}
          >
            <Icon name="close" />
          </button>
        )}
      </h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading label="Reading its curves" />}
      {data && curves.length > 0 && (
        <div className="fan-parts">
          <Suspense fallback={<div style={{ height: HEIGHT }} />}>
            <FanChart
              name={name}
              answer={data}
              curves={curves}
              looks={looks}
              parting={parting?.turn}
              height={HEIGHT}
              wordsOf={wordsOf}
              onPick={onPick}
            />
          </Suspense>
          {data.end && <Histogram name={name} end={data.end} curves={curves} looks={looks} />}
        </div>
      )}
      {data && data.kind === "other" && <EndCounts variable={data} />}
    </section>
  );
}

/** Of the chart, in pixels. */
const HEIGHT = 230;
