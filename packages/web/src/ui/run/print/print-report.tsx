import { describe, eventAgent } from "@llm-sim/events/words";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { formatClock, formatCount, formatMoment, plural } from "../../../logic/format/index.ts";
import { filterWords } from "../../../logic/print/index.ts";
import { eventQueries } from "../../queries/index.ts";
import { EventDetails } from "../inspector/index.ts";
import { Overview } from "../overview/index.ts";
import { usePager, useRun, useTurn, useView } from "../session.ts";
import { PRINTED_EVENTS } from "./print-run.ts";
import "../../../styles/print.css";

/** The view as it is read on paper. */
export function PrintReport() {
  const { id, summary } = useRun();
  const turn = useTurn();
  const selected = useView((view) => view.selected);
  const filter = useView((view) => view.filter);
  const { data: event } = useQuery({
    ...eventQueries.event(id, selected ?? ""),
    enabled: selected !== undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <article className="print-report">
      <header>
        <h1>{id}</h1>
        <p>
          {summary.status}, {plural(summary.turns, "turn")}, {plural(summary.event_count, "event")}
          {summary.verbosity !== undefined && `, recorded at ${summary.verbosity}`}. Seen at turn{" "}
          {formatCount(turn)}; printed {formatMoment(new Date().toISOString())} UTC.
        </p>
        <p className="print-address">{location.href.replace(/#.*/, "")}</p>
      </header>
      <section>
        <h2>What happened</h2>
        <Overview />
      </section>
      {event && selected === event.event_id && (
        <section>
          <h2>The selected event</h2>
          <Suspense fallback={null}>
            <EventDetails event={event} />
          </Suspense>
        </section>
      )}
      <section>
        <h2>Events</h2>
        <p>{filterWords(filter)}</p>
        <PrintedEvents />
      </section>
    </article>
  );
}

function PrintedEvents() {
  const pager = usePager();
  const total = pager.total ?? 0;
  const events = Array.from({ length: Math.min(PRINTED_EVENTS, total) }, (_, row) => pager.event(row)).filter(
    (event) => event !== undefined,
  );
  return (
    <>
      <table className="printed-events">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Turn</th>
            <th scope="col">Kind</th>
            <th scope="col">Agent</th>
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.event_id}>
              <td className="mono">{formatClock(event.timestamp)}</td>
              <td className="numeric">{event.turn_number}</td>
              <td>{event.event_type}</td>
              <td>{eventAgent(event) ?? ""}</td>
              <td>{describe(event)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > events.length && (
        <p className="note">
          The first {formatCount(events.length)} of {formatCount(total)}; the export has all of them.
        </p>
      )}
    </>
  );
}
