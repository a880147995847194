import { type CausalityEntry, type Gap, isHole } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { describe } from "@llm-sim/events/words";
import { formatCount } from "../../../logic/format/index.ts";
import { GapMark, KindMark, Words } from "../../parts/index.ts";
import { useRun } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { useNeighbours } from "../use-neighbours.ts";

const LISTED = 8;
/** Only where nothing is missing. */
const NONE = { cause: "It is the run's beginning.", effect: "Nothing came of it." } as const;

/** What led to the event directly, and what it led to directly. */
export function Relations({ event }: { event: Event }) {
  const data = useNeighbours(event);
  if (!data) return null;
  return (
    <>
      <RelationList title="Causes" side="cause" entries={data.upstream} gaps={data.gaps} />
      <RelationList title="Effects" side="effect" entries={data.downstream} gaps={data.gaps} />
      {data.missing.length > 0 && (
        <p className="note warning-note">{data.missing.length} of its causes are not in the log.</p>
      )}
    </>
  );
}

function RelationList({
  title,
  side,
  entries,
  gaps,
}: {
  title: string;
  side: "cause" | "effect";
  entries: readonly CausalityEntry[];
  /** Why these may not be all. */
  gaps: readonly Gap[];
}) {
  const session = useRun();
  const direct = entries.filter(({ depth }) => depth === 1);
  return (
    <section className="section">
      <h3>
        <span className={`role role-${side}`} aria-hidden="true" />
        {title} <span className="count">{formatCount(direct.length)}</span>
        <GapMark gaps={gaps.filter(isHole)} />
      </h3>
      {direct.length === 0 && (
        <p className="note">{gaps.length === 0 ? NONE[side] : "None that is recorded."}</p>
      )}
      <ul className="relations">
        {direct.slice(0, LISTED).map((event) => (
          <li key={event.event_id}>
            <button type="button" className="relation" onClick={() => goToEvent(session, event)}>
              <KindMark kind={event.event_type} />
              <Words className="relation-text" text={describe(event)} />
              <span className="relation-turn">turn {event.turn_number}</span>
            </button>
          </li>
        ))}
      </ul>
      {direct.length > LISTED && (
        <button
          type="button"
          className="button quiet"
          onClick={() => session.view.set({ inspector: "graph" })}
        >
          {formatCount(direct.length - LISTED)} more in the graph
        </button>
      )}
    </section>
  );
}
