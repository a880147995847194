import type { RunSummary } from "@llm-sim/api";
import type { RunColumn, RunOrder } from "../../logic/runs/index.ts";
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

interface RunsTableProps {
  runs: readonly RunSummary[];
  now: number;
  order: RunOrder;
  onSort: (column: RunColumn) => void;
  picked: readonly string[];
  onPick: (id: string) => void;
}

export function RunsTable({ runs, now, order, onSort, picked, onPick }: RunsTableProps) {
  const largest = Math.max(1, ...runs.map((run) => run.event_count));
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
        {runs.map((run) => (
          <RunRow
            key={run.id}
            run={run}
            now={now}
            largest={largest}
            picked={picked.includes(run.id)}
            onPick={onPick}
          />
        ))}
      </tbody>
    </table>
  );
}
