import type { Difference } from "@llm-sim/api";
import { Link } from "@tanstack/react-router";
import { formatCount } from "../../logic/format/index.ts";
import { KindMark, Words } from "../parts/index.ts";

interface DifferenceListProps {
  title: string;
  text: string;
  count: number;
  differences: readonly Difference[];
  leftId: string;
  rightId: string;
}

export function DifferenceList({ title, text, count, differences, leftId, rightId }: DifferenceListProps) {
  return (
    <section className="card" aria-label={title}>
      <h2>
        {title} <span className="count">{formatCount(count)}</span>
      </h2>
      <p className="note">{count === 0 ? "Nothing." : text}</p>
      <ul className="relations">
        {differences.map(({ key, sentence, left_event_id, right_event_id }) => {
          const event = left_event_id ?? right_event_id;
          return (
            <li key={event}>
              <Link
                className="relation"
                to="/runs/$runId"
                params={{ runId: left_event_id ? leftId : rightId }}
                search={event ? { event, at: `${key.turn}@${event}` } : {}}
              >
                <KindMark kind={key.event_type} />
                <Words className="relation-text" text={sentence} />
                <span className="relation-turn">turn {key.turn}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      {count > differences.length && (
        <p className="note">and {formatCount(count - differences.length)} more</p>
      )}
    </section>
  );
}
