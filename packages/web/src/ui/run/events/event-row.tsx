import type { Event } from "@llm-sim/events/schema";
import { describe, eventAgent } from "@llm-sim/events/words";
import { memo } from "react";
import { formatClock } from "../../../logic/format/index.ts";
import { Icon, KindMark, Words } from "../../parts/index.ts";

interface EventRowProps {
  row: number;
  rows: number;
  offset: number;
  /** `undefined` while it is on its way. */
  event: Event | undefined;
  selected: boolean;
  /** Where the playhead is. */
  current: boolean;
  /** What people wrote about it. */
  note: string | undefined;
  /** Marked in what happened. */
  wanted: string;
  onPick: (event: Event) => void;
}

export const EventRow = memo(
  function EventRow({ row, rows, offset, event, selected, current, note, wanted, onPick }: EventRowProps) {
    const state = `${selected ? " selected" : ""}${current ? " current" : ""}${row % 2 === 1 ? " odd" : ""}`;
    const place = { transform: `translateY(${offset}px)` };
    if (!event) {
      return (
        <div className={`event-row pending${state}`} style={place}>
          <span className="skeleton" />
        </div>
      );
    }
    const text = describe(event);
    const failed = event.event_type === "SYSTEM" && event.status === "failure";
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
      // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active row
      <div
        id={`event-row-${row}`}
        className={`event-row${state}${failed ? " failed" : ""}`}
        style={place}
        role="option"
        aria-selected={selected}
        aria-posinset={row + 1}
        aria-setsize={rows}
        onClick={() => onPick(event)}
      >
        <span className="mono" title={event.timestamp}>
          {formatClock(event.timestamp)}
        </span>
        <span className="numeric">{event.turn_number}</span>
        <span className="kind-label">
          <KindMark kind={event.event_type} />
          {event.event_type}
        </span>
        <span className="agent" dir="auto">
          {eventAgent(event) ?? ""}
        </span>
        {note === undefined ? (
          <Words className="text" text={text} title={text} wanted={wanted} />
        ) : (
          <span className="noted">
            <span className="note-mark" title={note}>
              <Icon name="flag" />
              <span className="sr-only">Note: {note}</span>
            </span>
            <Words className="text" text={text} title={text} wanted={wanted} />
          </span>
        )}
      </div>
    );
  },
  (before, after) =>
    before.event === after.event &&
    before.offset === after.offset &&
    before.selected === after.selected &&
    before.current === after.current &&
    before.wanted === after.wanted &&
    before.row === after.row &&
    before.rows === after.rows &&
    before.note === after.note,
);
