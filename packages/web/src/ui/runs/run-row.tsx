import type { RunSummary } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { settingsText, shortId } from "../../logic/batch/index.ts";
import {
  formatAgo,
  formatCount,
  formatDuration,
  formatMoment,
  microseconds,
} from "../../logic/format/index.ts";
import { durationOf, runWarnings, type ShownRun, whyEnded } from "../../logic/runs/index.ts";
import { StatusPill, Warnings } from "../parts/index.ts";
import { runListQueries } from "../queries/index.ts";
import { KindsBar } from "./kinds-bar.tsx";

interface RunRowProps {
  run: RunSummary;
  now: number;
  /** Events of the largest run in the list. */
  largest: number;
  picked: boolean;
  /** The batch under whose line it stands: what both have in common is not said again. */
  within?: string | undefined;
  onPick: (id: string) => void;
}

export function RunRow({ run: listed, now, largest, picked, within, onPick }: RunRowProps) {
  // The list leaves out what only an index can tell; one run at a time is worth building it for.
  const lacking =
    listed.unreadable === undefined && (listed.by_type === undefined || listed.agents === undefined);
  const full = useQuery({
    ...runListQueries.row(listed.id),
    enabled: lacking,
    refetchInterval: listed.status === "running" ? 5000 : false,
  });
  const run = { ...full.data, ...listed };
  const start = microseconds(run.start_time);
  const duration = durationOf(run, now);
  return (
    <tr className={`${picked ? "picked" : ""}${within === undefined ? "" : " in-batch"}`}>
      <td className="pick">
        <input
          type="checkbox"
          checked={picked}
          disabled={run.unreadable !== undefined}
          onChange={() => onPick(run.id)}
          aria-label={`Compare ${run.id}`}
        />
      </td>
      <td>
        {run.unreadable === undefined ? (
          <Link to="/runs/$runId" params={{ runId: run.id }} search={{}} className="run-link" title={run.id}>
            {within === undefined ? run.id : shortId(run.id, within)}
          </Link>
        ) : (
          <span className="run-unreadable" title={run.unreadable}>
            {run.id}
          </span>
        )}
        {within === undefined ? (
          run.name !== run.id && <span className="run-name">{run.name}</span>
        ) : (
          <span className="run-name">{madeOf(run)}</span>
        )}
      </td>
      <td>
        <StatusPill status={run.status} />
        <RunReason run={run} />
      </td>
      <td title={run.start_time && `${formatMoment(run.start_time)} UTC`}>
        {start === undefined ? "–" : formatAgo(start, now)}
      </td>
      <td className="numeric">{duration === undefined ? "–" : formatDuration(duration)}</td>
      <td className="numeric">{formatCount(run.turns)}</td>
      <td className="numeric">
        {run.agents === undefined ? (lacking ? "…" : "–") : formatCount(run.agents)}
      </td>
      <td className="run-events">
        <span className="events-count">{formatCount(run.event_count)}</span>
        <KindsBar counts={run.by_type} share={run.event_count / largest} />
        <Warnings warnings={runWarnings(run)} />
      </td>
    </tr>
  );
}

/** Why it ended, where it did not simply play its turns, and the way to the event that says so. */
function RunReason({ run }: { run: ShownRun }) {
  const why = whyEnded(run);
  if (why === undefined) return null;
  if (run.end_event_id === undefined)
    return (
      <span className="run-reason" title={why}>
        {why}
      </span>
    );
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: run.id }}
      search={{ event: run.end_event_id }}
      className="run-reason"
      title={`${why} Go to the event`}
    >
      {why}
    </Link>
  );
}

/** What sets a run apart from the others of its batch. */
function madeOf({ seed, batch }: RunSummary): string {
  const settings = settingsText(batch?.settings ?? {});
  return seed === undefined ? settings : `seed ${seed} ${settings}`;
}
