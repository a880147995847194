import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import { Failure, GapMark, Loading } from "../../parts/index.ts";
import { overviewQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { ViewLink } from "../view-link.tsx";
import { atEvent } from "./at-event.ts";

/** Decisions that are gone through without being asked to: a second's work. */
const COUNTED_AT_ONCE = 20_000;

/** The decisions that most followed from. */
export function Widest() {
  const { id, summary } = useRun();
  const [isAsked, setAsked] = useState(false);
  const decisions = summary.by_type.DECISION ?? 0;
  const isLong = decisions > COUNTED_AT_ONCE;
  const { data, error, isPending } = useQuery({
    ...overviewQueries.widest(id, summary.turns),
    enabled: decisions > 0 && (!isLong || isAsked),
  });
  if (decisions === 0) return null;
  return (
    <section className="section">
      <h3>
        Widest decisions
        {data && <GapMark gaps={data.gaps} />}
      </h3>
      {isLong && !isAsked ? (
        <p className="note">
          <button type="button" className="link" onClick={() => setAsked(true)}>
            Count what followed from {formatCount(decisions)} decisions
          </button>
        </p>
      ) : (
        isPending && <Loading label="Counting what followed" />
      )}
      {error && !data && <Failure error={error} />}
      {data && (
        <>
          <ol className="overview-list">
            {data.decisions.map(({ event_id, turn, sentence }) => (
              <li key={event_id}>
                <ViewLink to={atEvent(event_id, turn)} title="Go to the decision">
                  {sentence}
                </ViewLink>
              </li>
            ))}
          </ol>
          <p className="note">
            Of {formatCount(data.total)} decisions those that most followed from within {data.horizon} turns.
            {data.truncated && " Turns were so long that not all that followed was counted."}
          </p>
        </>
      )}
    </section>
  );
}
