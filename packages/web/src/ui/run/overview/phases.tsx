import { useQuery } from "@tanstack/react-query";
import { formatCount } from "../../../logic/format/index.ts";
import { phaseSpans, spanText } from "../../../logic/overview/index.ts";
import { EMPTY_FILTER } from "../../../logic/view/index.ts";
import { GapMark } from "../../parts/index.ts";
import { overviewQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { ViewLink } from "../view-link.tsx";
import { atEvent } from "./at-event.ts";

/** Which phases the run went through, and when. */
export function Phases() {
  const { id, summary } = useRun();
  const { data } = useQuery(overviewQueries.phases(id, summary.event_count));
  if (!data || data.total === 0) return null;
  return (
    <section className="section">
      <h3>
        Phases <span className="count">{formatCount(data.total)}</span>
        <GapMark gaps={data.gaps} />
      </h3>
      <ul className="overview-list">
        {phaseSpans(data.phases).map((span) => {
          const { name, first, last } = span;
          return (
            <li key={first.event_id}>
              <ViewLink to={atEvent(first.event_id, first.turn_start)} title="Go to where it began">
                {name === "" ? "unnamed" : name}
              </ViewLink>
              <ViewLink
                to={{ filter: { ...EMPTY_FILTER, turns: { from: first.turn_start, to: last.turn_end } } }}
                className="count"
                title="Show the events of these turns"
              >
                {spanText(span)}
              </ViewLink>
              {first.description !== undefined && <span className="note">{first.description}</span>}
            </li>
          );
        })}
      </ul>
      {data.has_more && (
        <p className="note">Of {formatCount(data.total)} phases the first thousand are told of.</p>
      )}
    </section>
  );
}
