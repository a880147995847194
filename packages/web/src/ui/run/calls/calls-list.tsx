import type { CallTotals, ModelCall } from "@llm-sim/api";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { callsCriteria, leavesCallsOut, OUTCOME_CHOICES } from "../../../logic/calls/index.ts";
import { formatCount } from "../../../logic/format/index.ts";
import { EMPTY_FILTER } from "../../../logic/view/index.ts";
import { Empty, Failure, GapMark, Loading, rowAtKey } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import "../../../styles/calls.css";
import { CallRow } from "./call-row.tsx";
import { CallsTotals } from "./calls-totals.tsx";
import { useCallRows, useCallTotals } from "./use-call-rows.ts";

const ROW = 26;

/** Every call of a language model that matches, attempt by attempt, and what they come to. */
export function CallsList() {
  const session = useRun();
  const { view, summary } = session;
  const filter = useView((one) => one.filter);
  const outcome = useView((one) => one.outcome);
  const selected = useView((one) => one.selected);
  const follow = useView((one) => one.follow && one.playhead === undefined);
  const criteria = useMemo(() => callsCriteria(filter, outcome), [filter, outcome]);
  const scroller = useRef<HTMLDivElement>(null);
  /** The row that the keys went to. */
  const [sought, setSought] = useState<number>();
  const all = useCallTotals(criteria);
  const total = all.data?.total ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  const items = rows.getVirtualItems();
  const calls = useCallRows(criteria, total, items[0]?.index ?? 0, items.at(-1)?.index ?? 0);
  const current = items.find(({ index }) => calls.row(index)?.event_id === selected)?.index;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list starts at its top
  useEffect(() => rows.scrollToOffset(0), [criteria]);
  useEffect(() => {
    if (follow && total > 0) rows.scrollToIndex(total - 1);
  }, [follow, total, rows]);

  const pick = useCallback(
    (call: ModelCall) => goToEvent(session, { event_id: call.event_id, turn_number: call.turn }),
    [session],
  );
  /** Takes the focus along, so that a screen reader tells of the row. */
  async function go(to: number): Promise<void> {
    const index = Math.min(total - 1, Math.max(0, to));
    const call = await calls.fetchRow(index);
    if (!call) return;
    rows.scrollToIndex(index);
    pick(call);
    setSought(index);
  }
  // Once it is there: the row may be on its way yet.
  const takeFocus = useCallback((button: HTMLButtonElement | null) => {
    if (!button) return;
    button.focus({ preventScroll: true });
    setSought(undefined);
  }, []);
  function press(event: React.KeyboardEvent): void {
    const from = current ?? (items[0]?.index ?? 0) - 1;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 1);
    const to = rowAtKey(event.key, { from, page, last: total - 1 });
    if (to !== undefined) void go(to);
    else if (event.key === "Enter" && current !== undefined) session.places.inspector.current?.focus();
    else return;
    event.preventDefault();
  }

  const above = items[0]?.start ?? 0;
  const below = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  if (!all.data)
    return all.error ? (
      <Failure error={all.error} onRetry={() => void all.refetch()} />
    ) : (
      <Loading label="Reading calls" />
    );
  const { totals, gaps, hints = [] } = all.data;
  return (
    <div className="calls">
      <div className="calls-head">
        <label className="select">
          <span className="sr-only">What came of them</span>
          <select
            value={outcome ?? ""}
            onChange={(event) => view.set({ outcome: event.target.value || undefined })}
          >
            <option value="">whatever came of them</option>
            {OUTCOME_CHOICES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <span className="count">
          {formatCount(total)} {total === 1 ? "call" : "calls"}
        </span>
        <GapMark gaps={gaps} />
        {calls.error instanceof Error && (
          <span className="warning" role="alert">
            {calls.error.message}
          </span>
        )}
        {leavesCallsOut(filter) && (
          <span className="count">of the filter, agents and turns alone count here</span>
        )}
      </div>
      {total > 0 && <CallsTotals answer={all.data} />}
      {total === 0 && (
        <NoCalls
          isUnfiltered={Object.keys(criteria).length === 0}
          isRunning={summary.status === "running"}
          hints={hints}
          onClear={() => view.set({ filter: EMPTY_FILTER, outcome: undefined })}
        />
      )}
      {total > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
        <section className="calls-scroll" ref={scroller} tabIndex={0} aria-label="Calls" onKeyDown={press}>
          <table className="calls-table">
            <thead>
              <tr>
                {COLUMNS.map(([name, title]) => (
                  <th key={name} scope="col" className={`call-${name}`}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {above > 0 && <tr style={{ height: above }} />}
              {items.map(({ index }) => {
                const call = calls.row(index);
                return (
                  <CallRow
                    key={index}
                    index={index}
                    call={call}
                    selected={call !== undefined && call.event_id === selected}
                    onPick={pick}
                    buttonRef={index === sought ? takeFocus : undefined}
                  />
                );
              })}
              {below > 0 && <tr style={{ height: below }} />}
            </tbody>
          </table>
        </section>
      )}
      {totals.unpriced > 0 && <p className="note calls-note">{unpricedText(totals)}</p>}
    </div>
  );
}

function unpricedText({ unpriced, cost_usd }: CallTotals): string {
  if (cost_usd === 0) return "No price is known for any of them.";
  return `${formatCount(unpriced)} of them ${unpriced === 1 ? "has" : "have"} no known price: what they cost is not counted.`;
}

/** In the order of a row's cells. */
const COLUMNS: readonly [string, string][] = [
  ["turn", "Turn"],
  ["agent", "Agent"],
  ["purpose", "Asked for"],
  ["model", "Model"],
  ["attempt", "Attempt"],
  ["tokens", "Tokens"],
  ["took", "Took"],
  ["cost", "Cost"],
  ["outcome", "Outcome"],
];

interface NoCallsProps {
  isUnfiltered: boolean;
  isRunning: boolean;
  hints: readonly string[];
  onClear: () => void;
}

function NoCalls({ isUnfiltered, isRunning, hints, onClear }: NoCallsProps) {
  if (isUnfiltered)
    return isRunning ? (
      <Empty title="No calls yet">They appear here as models are asked.</Empty>
    ) : (
      <Empty title="No language model was asked in this run" />
    );
  return (
    <Empty title="No call matches">
      {hints.map((hint) => (
        <p key={hint}>{hint}</p>
      ))}
      <button type="button" className="button" onClick={onClear}>
        Clear the filter
      </button>
    </Empty>
  );
}
