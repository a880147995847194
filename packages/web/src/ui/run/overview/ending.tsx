import { useQuery } from "@tanstack/react-query";
import { endingOf } from "../../../logic/overview/index.ts";
import { overviewQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { ViewLink } from "../view-link.tsx";
import { atEvent } from "./at-event.ts";

/** How the run ended, and where; of one that goes on, how far it is. */
export function Ending() {
  const { id, summary } = useRun();
  const { data: last } = useQuery({
    ...overviewQueries.lastMilestone(id, summary.event_count),
    enabled: summary.status !== "running",
  });
  const text = endingOf(summary);
  return (
    <p className={`ending ending-${summary.status}`}>
      {last ? (
        <ViewLink to={atEvent(last.event_id, last.turn_number)} title="Go to the event">
          {text}
        </ViewLink>
      ) : (
        text
      )}
    </p>
  );
}
