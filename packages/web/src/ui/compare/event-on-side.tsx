import type { Event } from "@llm-sim/events/schema";
import { describe } from "@llm-sim/events/words";
import { Link } from "@tanstack/react-router";
import { KindLabel, Words } from "../parts/index.ts";

interface EventOnSideProps {
  side: "left" | "right";
  run: string;
  event: Event | undefined;
}

/** What one of the two runs has at the place, or that it has nothing there. */
export function EventOnSide({ side, run, event }: EventOnSideProps) {
  return (
    <div className={`event-on-side of-${side}`}>
      <span className="count">
        <span className={`side-mark side-${side}`} aria-hidden="true" /> {run}
      </span>
      {event ? (
        <>
          <KindLabel kind={event.event_type} />
          <Link
            to="/runs/$runId"
            params={{ runId: run }}
            search={{ event: event.event_id, at: `${event.turn_number}@${event.event_id}` }}
          >
            <Words text={describe(event)} />
          </Link>
        </>
      ) : (
        <span className="count">no such event</span>
      )}
    </div>
  );
}
