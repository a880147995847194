import type { Difference } from "@llm-sim/api";
import { Link } from "@tanstack/react-router";
import { KindMark, Words } from "../parts/index.ts";

interface DifferenceLineProps {
  difference: Difference;
  leftId: string;
  rightId: string;
}

/** A difference in words, leading to the event: the left's, where it has one. */
export function DifferenceLine({ difference, leftId, rightId }: DifferenceLineProps) {
  const { key, sentence, left_event_id: left, right_event_id: right } = difference;
  const event = left ?? right;
  return (
    <li>
      <Link
        className="relation"
        to="/runs/$runId"
        params={{ runId: left === undefined ? rightId : leftId }}
        search={event === undefined ? {} : { event, at: `${key.turn}@${event}` }}
      >
        <KindMark kind={key.event_type} />
        <Words className="relation-text" text={sentence} />
        <span className="relation-turn">turn {key.turn}</span>
      </Link>
    </li>
  );
}
