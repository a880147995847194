import type { Difference } from "@llm-sim/api";
import { formatCount } from "../../logic/format/index.ts";
import { DifferenceLine } from "./difference-line.tsx";

interface DifferenceListProps {
  title: string;
  text: string;
  count: number;
  differences: readonly Difference[];
  leftId: string;
  rightId: string;
  /** Lists all of them. */
  onAll: () => void;
}

/** The first few differences of a sort. */
export function DifferenceList({
  title,
  text,
  count,
  differences,
  leftId,
  rightId,
  onAll,
}: DifferenceListProps) {
  return (
    <section className="card" aria-label={title}>
      <h2>
        {title} <span className="count">{formatCount(count)}</span>
      </h2>
      <p className="note">{count === 0 ? "Nothing." : text}</p>
      <ul className="relations">
        {differences.map((difference) => (
          <DifferenceLine
            key={difference.left_event_id ?? difference.right_event_id}
            difference={difference}
            leftId={leftId}
            rightId={rightId}
          />
        ))}
      </ul>
      {count > differences.length && (
        <button type="button" className="button quiet further" onClick={onAll}>
          All {formatCount(count)}
        </button>
      )}
    </section>
  );
}
