import { type Event, parseTimestamp } from "@llm-sim/events/schema";
import { type Column, formatElapsed, type Paint } from "../terminal/index.ts";
import { agentOf, oneLine } from "./one-line.ts";

/** Cells of what happened without which an id beside it says nothing. */
const READABLE = 12;

/**
 * The columns of a list of events on a terminal.
 *
 * @param start the run's first moment, as in the log: times are shown from there
 */
export function eventColumns(start: string | undefined, paint: Paint): Column<Event>[] {
  return [
    { title: "TURN", cell: (event) => String(event.turn_number), align: "right" },
    {
      title: "TIME",
      cell: (event) => elapsed(start, event),
      align: "right",
      paint: (text) => paint.dim(text),
      expendable: 2,
    },
    {
      title: "KIND     ",
      cell: (event) => event.event_type,
      paint: (text, event) => paint.kind(event.event_type, text),
    },
    { title: "AGENT   ", cell: agentOf, maxWidth: 16, expendable: 1 },
    {
      title: "EVENT",
      cell: (event) => event.event_id,
      maxWidth: 26,
      paint: (text) => paint.dim(text),
      expendable: 0,
      leftOutBelow: READABLE,
    },
    { title: "WHAT HAPPENED", cell: oneLine, isFlexible: true },
  ];
}

/** An event for a pipe, its fields between tabs: time, turn, kind, agent (`-` for none), id, what happened. */
export function eventFields(event: Event): string {
  return [
    event.timestamp,
    event.turn_number,
    event.event_type,
    agentOf(event) || "-",
    event.event_id,
    oneLine(event),
  ].join("\t");
}

function elapsed(start: string | undefined, event: Event): string {
  const from = start === undefined ? undefined : parseTimestamp(start);
  const to = parseTimestamp(event.timestamp);
  return from === undefined || to === undefined ? "" : formatElapsed(to - from);
}
