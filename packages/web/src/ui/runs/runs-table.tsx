import type { RunSummary } from "@llm-sim/api";
import { Fragment } from "react";
import { formatCount } from "../../logic/format/index.ts";
import type { RunColumn, RunLine, RunOrder } from "../../logic/runs/index.ts";
import { BatchLink, GroupRow } from "./group-row.tsx";
import { RunRow } from "./run-row.tsx";

const HEADS: readonly { column: RunColumn; label: string; numeric?: boolean }[] = [
  { column: "name", label: "Run" },
  { column: "status", label: "Status" },
  { column: "start", label: "Started" },
  { column: "duration", label: "Took", numeric: true },
  { column: "turns", label: "Turns", numeric: true },
  { column: "agents", label: "Agents", numeric: true },
  { column: "events", label: "Events" },
];

/** Runs of a batch that the list shows; its own page has all of them. */
const MAX_OPENED = 50;

interface RunsTableProps {
  lines: readonly RunLine[];
  /** Batches whose runs are shown. */
  opened: readonly string[];
  onOpen: (batch: string) => void;
  now: number;
  order: RunOrder;
  onSort: (column: RunColumn) => void;
  picked: readonly string[];
  onPick: (id: string) => void;
}

export function RunsTable({ lines, opened, onOpen, now, order, onSort, picked, onPick }: RunsTableProps) {
  const shown = lines.flatMap(({ run, group }) => run ?? group.runs);
  const largest = shown.reduce((most, { event_count }) => Math.max(most, event_count), 1);
  const row = (run: RunSummary, within?: string) => (
    <RunRow
      key={run.id}
      run={run}
      now={now}
      largest={largest}
      picked={picked.includes(run.id)}
      within={within}
      onPick={onPick}
    />
  );
  return (
    <table className="runs">
      <thead>
        <tr>
          <th className="pick">
            <span className="sr-only">Compare</span>
          </th>
          {HEADS.map(({ column, label, numeric }) => (
            <th
              key={column}
              className={numeric ? "numeric" : undefined}
              aria-sort={
                order.column === column ? (order.descending ? "descending" : "ascending") : undefined
              }
            >
              <button type="button" onClick={() => onSort(column)}>
                {label}
                <span aria-hidden="true">
                  {order.column === column ? (order.descending ? " ↓" : " ↑") : ""}
                </span>
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ run, group }) =>
          run ? (
            row(run)
          ) : (
            <Fragment key={`batch ${group.batch}`}>
              <GroupRow
                group={group}
                now={now}
                isOpen={opened.includes(group.batch)}
                onOpen={() => onOpen(group.batch)}
              />
              {opened.includes(group.batch) &&
                group.runs.slice(0, MAX_OPENED).map((one) => row(one, group.batch))}
              {opened.includes(group.batch) && group.runs.length > MAX_OPENED && (
                <tr>
                  <td colSpan={HEADS.length + 1} className="more-runs">
                    <BatchLink id={group.batch}>
                      {formatCount(group.runs.length - MAX_OPENED)} more on the batch's page
                    </BatchLink>
                  </td>
                </tr>
              )}
            </Fragment>
          ),
        )}
      </tbody>
    </table>
  );
}
