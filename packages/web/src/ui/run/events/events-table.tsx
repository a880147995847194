import { useEffect, useMemo, useRef, useState } from "react";
import {
  type RowWindow,
  revealed,
  rowOffset,
  rowWindow,
  scrolled,
  visibleRows,
} from "../../../logic/events/index.ts";
import { textsByEvent } from "../../../logic/notes/index.ts";
import { Failure, Loading, rowAtKey } from "../../parts/index.ts";
import { useConnection } from "../../session/index.ts";
import { useNotes } from "../notes/index.ts";
import { usePager, useRun, useView, useWanted } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { EventRow } from "./event-row.tsx";
import { NoEvents } from "./no-events.tsx";
import { useCurrentRow } from "./use-current-row.ts";

const ROW = 26;
/** Rows that are placed together. */
const BLOCK = 1000;

/** Every event of the filter, however many: only the rows in sight exist. */
export function EventsTable() {
  const session = useRun();
  const pager = usePager();
  const selected = useView((one) => one.selected);
  const wanted = useWanted("description");
  const rows = pager.total ?? 0;
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(400);
  const [window, setWindow] = useState(() => rowWindow(0, ROW));
  // The scroll area and this are changed together, before any scroll event can tell of an older position.
  const latest = useRef(window);
  const current = useCurrentRow();
  const noted = useNotes();
  const notes = useMemo(() => textsByEvent(noted), [noted]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  function moveTo(next: RowWindow): void {
    latest.current = next;
    if (scroller.current && scroller.current.scrollTop !== next.scrollTop)
      scroller.current.scrollTop = next.scrollTop;
    setWindow(next);
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list starts at its top
  useEffect(() => moveTo(rowWindow(0, ROW)), [session.criteria]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new current row, or a new list, brings it into sight
  useEffect(() => {
    if (current === undefined || rows === 0) return;
    const known = { ...latest.current, height: rowWindow(rows, ROW).height };
    moveTo(revealed(known, current, rows, ROW, height));
  }, [current, rows > 0, height]);

  const { first, last } = visibleRows(window, rows, ROW, height);
  const connection = useConnection();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what failed while the server was away is asked for when it is back
  useEffect(() => pager.want(first, Math.max(first, last)), [pager, first, last, connection]);

  async function go(row: number): Promise<void> {
    const event = await pager.fetchEvent(row);
    if (event) goToEvent(session, event);
  }
  function press(event: React.KeyboardEvent): void {
    const from = current ?? first - 1;
    const page = Math.max(1, Math.floor(height / ROW) - 1);
    const to = rowAtKey(event.key, { from, page, last: rows - 1 });
    if (to !== undefined) void go(to);
    else if (event.key === "Enter" && current !== undefined) {
      void go(current);
      session.places.inspector.current?.focus();
    } else return;
    event.preventDefault();
  }

  if (pager.error !== undefined && pager.total === undefined)
    return <Failure error={pager.error} onRetry={() => pager.want(first, last)} />;
  const total = rowWindow(rows, ROW).height;
  // Rows keep their place within a block, and the block is moved: in a list too high to scroll as it is, a scrolled step
  // would otherwise draw every row anew.
  const block = Math.floor(Math.max(0, first) / BLOCK) * BLOCK;
  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  return (
    <div className="events">
      <div className="event-row event-head" aria-hidden="true">
        <span>Time</span>
        <span className="numeric">Turn</span>
        <span>Kind</span>
        <span>Agent</span>
        <span>What happened</span>
      </div>
      {pager.total === 0 && <NoEvents />}
      <div
        ref={scroller}
        className="events-scroll"
        role="listbox"
        tabIndex={0}
        aria-label="Events"
        aria-activedescendant={current === undefined ? undefined : `event-row-${current}`}
        onKeyDown={press}
        onScroll={(event) => {
          const { scrollTop } = event.currentTarget;
          if (Math.abs(latest.current.scrollTop - scrollTop) < 1) return;
          latest.current = scrolled(latest.current, scrollTop, rows, ROW, height);
          setWindow(latest.current);
        }}
      >
        {pager.total === undefined && <Loading label="Reading events" />}
        <div className="events-rows" style={{ height: total }}>
          <div
            className="events-block"
            style={{ transform: `translateY(${rowOffset(window, block, ROW)}px)` }}
          >
            {indices.map((row) => {
              const event = pager.event(row);
              return (
                <EventRow
                  key={row}
                  row={row}
                  rows={rows}
                  offset={(row - block) * ROW}
                  event={event}
                  selected={event !== undefined && event.event_id === selected}
                  current={row === current}
                  note={event && notes.get(event.event_id)}
                  wanted={wanted}
                  onPick={(picked) => goToEvent(session, picked)}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
