import type { Event } from "@llm-sim/events/schema";
import { describe } from "@llm-sim/events/words";
import { lazy, Suspense } from "react";
import { directionOf, withCourseInOrder } from "../../../logic/event-text/index.ts";
import { formatClock } from "../../../logic/format/index.ts";
import { KindLabel, LongText } from "../../parts/index.ts";
import { loadPart } from "../../session/index.ts";
import { NotesAbout } from "../note-cards/index.ts";
import { useWanted } from "../session.ts";
import { useMayWrite } from "../use-may-write.ts";
import { Asked, isModelCall } from "./asked.tsx";
import { KindFields, Section } from "./kind-fields.tsx";
import { RawJson } from "./raw-json.tsx";
import { Relations } from "./relations.tsx";
import { Why } from "./why.tsx";

const ForkHere = lazy(async () => ({
  default: (await loadPart(() => import("../fork/index.ts"))).ForkHere,
}));

/** One event, laid out for its kind, and what is around it. */
export function EventDetails({ event }: { event: Event }) {
  const text = describe(event);
  const wanted = useWanted("description");
  const mayWrite = useMayWrite();
  return (
    <article className="event-details">
      <header>
        <KindLabel kind={event.event_type} />
        <span>turn {event.turn_number}</span>
        <span className="mono" title={event.timestamp}>
          {formatClock(event.timestamp)}
        </span>
      </header>
      <div className="description" dir={directionOf(text)}>
        <LongText text={withCourseInOrder(text)} label="the description" sought={wanted} />
      </div>
      {mayWrite && (
        <Suspense fallback={null}>
          <ForkHere event={event} />
        </Suspense>
      )}
      <NotesAbout key={event.event_id} target={{ event_id: event.event_id, turn: event.turn_number }} />
      <KindFields event={event} />
      <Asked event={event} />
      <Why event={event} />
      <Relations event={event} />
      {event.details && !isModelCall(event) && <Section title="Details" value={event.details} />}
      <RawJson event={event} />
    </article>
  );
}
