import type { BatchRun } from "@llm-sim/api";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { Column, ColumnOrder } from "../../logic/batch/index.ts";
import { Icon, StatusPill } from "../parts/index.ts";
import type { RunLooks } from "./run-colors.ts";
import "../../styles/batch-runs.css";

/** In pixels, as in batch.css. */
const ROW = 30;
/** Rows that are in sight at most before the table scrolls. */
const MAX_ROWS = 16;

interface RunsTableProps {
  runs: readonly BatchRun[];
  columns: readonly Column[];
  order: ColumnOrder;
  looks: RunLooks;
  /** The run that was picked last: it is brought into sight. */
  shown: string | undefined;
  onSort: (column: string) => void;
  onPick: (id: string) => void;
  onRemove: (outcome: string) => void;
}

/** The runs of a batch, however many: only the rows in sight exist. */
export function RunsTable({ runs, columns, order, looks, shown, onSort, onPick, onRemove }: RunsTableProps) {
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    // The head covers the first.
    scrollPaddingStart: ROW,
  });
  const at = shown === undefined ? -1 : runs.findIndex(({ id }) => id === shown);
  useEffect(() => {
    if (at !== -1) rows.scrollToIndex(at, { align: "auto" });
  }, [at, rows]);
  const items = rows.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  const characters = columns.reduce((sum, { width }) => sum + width, 0);
  return (
    <section
      ref={scroller}
      className="batch-runs"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
      tabIndex={0}
      aria-label="Table of runs"
      style={{ maxHeight: (MAX_ROWS + 1) * ROW }}
    >
      <table aria-rowcount={runs.length + 1} style={{ minWidth: `calc(${characters}ch + 34px)` }}>
        <colgroup>
          <col style={{ width: 34 }} />
          {columns.map(({ id, width }) => (
            <col key={id} style={{ width: `${width}ch` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="pick">
              <span className="sr-only">Pick</span>
            </th>
            {columns.map((column) => (
              <Head key={column.id} column={column} order={order} onSort={onSort} onRemove={onRemove} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={before} columns={columns.length + 1} />
          {items.map(({ index }) => {
            const run = runs[index];
            return (
              run && (
                <Row key={run.id} run={run} columns={columns} index={index} looks={looks} onPick={onPick} />
              )
            );
          })}
          <Gap height={after} columns={columns.length + 1} />
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps {
  column: Column;
  order: ColumnOrder;
  onSort: (column: string) => void;
  onRemove: (outcome: string) => void;
}

function Head({ column: { id, label, title, isNumeric, outcome }, order, onSort, onRemove }: HeadProps) {
  const isSorted = order.column === id;
  return (
    <th
      scope="col"
      className={isNumeric ? "numeric" : undefined}
      aria-sort={isSorted ? (order.descending ? "descending" : "ascending") : undefined}
    >
      <span className="column-head">
        <button type="button" title={title ?? label} onClick={() => onSort(id)}>
          <span className="column-label">{label}</span>
          {isSorted && <span aria-hidden="true">{order.descending ? "↓" : "↑"}</span>}
        </button>
        {outcome !== undefined && (
          <button
            type="button"
            aria-label={`Take the column ${label} away`}
            title="Take this column away"
            onClick={() => onRemove(outcome)}
          >
            <Icon name="close" />
          </button>
        )}
      </span>
    </th>
  );
}

/** As high as the rows that are not there. */
function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className="rows-gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

interface RowProps {
  run: BatchRun;
  columns: readonly Column[];
  index: number;
  looks: RunLooks;
  onPick: (id: string) => void;
}

function Row({ run, columns, index, looks, onPick }: RowProps) {
  const look = looks.picked.get(run.id);
  const group = looks.groups.find(({ ids }) => ids.has(run.id));
  return (
    <tr aria-rowindex={index + 2} className={look ? "picked" : undefined}>
      <td className="pick">
        <input
          type="checkbox"
          checked={look !== undefined}
          onChange={() => onPick(run.id)}
          aria-label={`Pick ${run.id}`}
          style={look && { accentColor: look.color }}
        />
      </td>
      {columns.map(({ id, cell, isNumeric }) => {
        const { text, title, isFaint } = cell(run);
        const className = `${isNumeric ? "numeric" : ""}${isFaint ? " count" : ""}`;
        return (
          <td key={id} className={className} title={title ?? text}>
            {id === "run" ? (
              <Link to="/runs/$runId" params={{ runId: run.id }} search={{}} className="run-link">
                {text}
              </Link>
            ) : id === "status" ? (
              <StatusPill status={run.status} />
            ) : id === "group" && group ? (
              <>
                <span className="group-mark" style={{ background: group.color }} aria-hidden="true" /> {text}
              </>
            ) : (
              text
            )}
          </td>
        );
      })}
    </tr>
  );
}
