import { endingOf } from "../../../logic/overview/index.ts";
import { whyEnded } from "../../../logic/runs/index.ts";
import { useRun } from "../session.ts";
import { ViewLink } from "../view-link.tsx";
import { atEvent } from "./at-event.ts";

/** How the run ended, and where; of one that goes on, how far it is. */
export function Ending() {
  const { summary } = useRun();
  const { end_event_id: eventId, turns, status } = summary;
  // Where nothing more is to be said than that it is over, its turns are told.
  const text = whyEnded(summary) ?? endingOf({ ...summary, end_reason: undefined });
  return (
    <p className={`ending ending-${status}`}>
      {eventId === undefined || status === "running" ? (
        text
      ) : (
        <ViewLink to={atEvent(eventId, turns)} title="Go to the event">
          {text}
        </ViewLink>
      )}
    </p>
  );
}
