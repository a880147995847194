import { isHole } from "@llm-sim/api";
import { doubtLine } from "../../../logic/doubts.ts";
import { runWarnings } from "../../../logic/runs/index.ts";
import { Icon } from "../../parts/index.ts";
import { useRun } from "../session.ts";
import { ViewLink } from "../view-link.tsx";
import { atEvent } from "./at-event.ts";

/** What is missing from the log, in words, and what nothing vouches for; nothing of a sound run. */
export function Missing() {
  const { summary, gaps } = useRun();
  const notes = gaps.length > 0 ? [] : runWarnings(summary);
  if (gaps.length === 0 && notes.length === 0) return null;
  return (
    <section className="section">
      <h3>{gaps.some(isHole) ? "What is missing from the log" : "How far this can be trusted"}</h3>
      <ul className="missing">
        {gaps.map((gap) => (
          <li key={`${gap.message} ${gap.event_id}`} className={isHole(gap) ? "note warning-note" : "note"}>
            {isHole(gap) && <Icon name="warning" />}
            <span>
              {doubtLine(gap)}
              {gap.event_id !== undefined && (
                <>
                  {" "}
                  <ViewLink to={atEvent(gap.event_id, gap.turn_end ?? gap.turn_start ?? 0)}>
                    the event
                  </ViewLink>
                </>
              )}
              {gap.event_id === undefined && gap.turn_start !== undefined && (
                <>
                  {" "}
                  <ViewLink to={{ playhead: { turn: gap.turn_start } }}>turn {gap.turn_start}</ViewLink>
                </>
              )}
              {gap.needed !== undefined && <span className="needed"> Needed: {gap.needed}.</span>}
            </span>
          </li>
        ))}
        {notes.map((note) => (
          <li key={note} className="note warning-note">
            <Icon name="warning" /> {note}
          </li>
        ))}
      </ul>
    </section>
  );
}
