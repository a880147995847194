import type { Event } from "@llm-sim/events/schema";
import { describe } from "@llm-sim/events/words";
import { directionOf } from "../../../logic/event-text/index.ts";
import { formatClock } from "../../../logic/format/index.ts";
import { KindLabel } from "../../parts/index.ts";
import { Asked, isModelCall } from "./asked.tsx";
import { KindFields, Section } from "./kind-fields.tsx";
import { RawJson } from "./raw-json.tsx";
import { Relations } from "./relations.tsx";
import { Why } from "./why.tsx";

/** One event, laid out for its kind, and what is around it. */
export function EventDetails({ event }: { event: Event }) {
  const text = describe(event);
  return (
    <article className="event-details">
      <header>
        <KindLabel kind={event.event_type} />
        <span>turn {event.turn_number}</span>
        <span className="mono" title={event.timestamp}>
          {formatClock(event.timestamp)}
        </span>
      </header>
      <p className="description" dir={directionOf(text)}>
        {text}
      </p>
      <KindFields event={event} />
      <Asked event={event} />
      <Why event={event} />
      <Relations event={event} />
      {event.details && !isModelCall(event) && <Section title="Details" value={event.details} />}
      <RawJson event={event} />
    </article>
  );
}
