import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { statusCounts, sweptText } from "../../logic/batch/index.ts";
import { formatAgo, formatCount, formatDuration, plural } from "../../logic/format/index.ts";
import type { RunGroup } from "../../logic/runs/index.ts";
import { Icon, StatusPill } from "../parts/index.ts";

interface GroupRowProps {
  group: RunGroup;
  now: number;
  isOpen: boolean;
  onOpen: () => void;
}

/** A batch as one line: how many runs, how they stand, what varies. */
export function GroupRow({ group, now, isOpen, onOpen }: GroupRowProps) {
  const { batch, name, runs, total, varying, start, end, turns, events } = group;
  const paths = varying.map(({ path }) => path);
  const count =
    runs.length === total ? plural(total, "run") : `${formatCount(runs.length)} of ${plural(total, "run")}`;
  return (
    <tr className="batch-row">
      <td className="pick">
        <button
          type="button"
          className="button icon-button quiet"
          aria-expanded={isOpen}
          aria-label={`Runs of ${batch}`}
          title={isOpen ? "Fold" : "Show its runs"}
          onClick={onOpen}
        >
          <Icon name={isOpen ? "down" : "right"} />
        </button>
      </td>
      <td>
        <BatchLink id={batch}>{batch}</BatchLink>
        {name !== batch && <span className="run-name">{name}</span>}
      </td>
      <td>
        <span className="batch-statuses">
          {statusCounts(group).map(({ status, count: runsSo }) => (
            <StatusPill key={status} status={status}>
              {formatCount(runsSo)} {status}
            </StatusPill>
          ))}
        </span>
      </td>
      <td>{start === undefined ? "–" : formatAgo(start, now)}</td>
      <td className="numeric">
        {start === undefined ? "–" : formatDuration(Math.max(0, (end ?? now) - start))}
      </td>
      <td className="numeric">
        {turns[0] === turns[1] ? formatCount(turns[0]) : `${formatCount(turns[0])}–${formatCount(turns[1])}`}
      </td>
      <td />
      <td className="run-events">
        <span className="events-count">{formatCount(events)}</span>{" "}
        <span className="batch-size" title={paths.join("\n")}>
          <b>{count}</b>
          {varying.map(({ path, values }) => (
            <span key={path} className="count">
              {" "}
              · {sweptText({ path, values: [...values] }, paths)}
            </span>
          ))}
        </span>
      </td>
    </tr>
  );
}

export function BatchLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to="/batches/$batchId" params={{ batchId: id }} search={{}} className="run-link">
      {children}
    </Link>
  );
}
