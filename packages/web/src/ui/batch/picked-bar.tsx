import { Link } from "@tanstack/react-router";
import { Icon } from "../parts/index.ts";
import type { RunLooks } from "./run-colors.ts";

interface PickedBarProps {
  looks: RunLooks;
  wordsOf: (id: string) => string;
  /** The turn at which each was picked by its curve, by id. */
  turns: ReadonlyMap<string, number>;
  onDrop: (id: string) => void;
  onClear: () => void;
}

/** The runs that are picked out, each in its colour, and what can be done with them. */
export function PickedBar({ looks, wordsOf, turns, onDrop, onClear }: PickedBarProps) {
  const ids = [...looks.picked.keys()];
  const [left, right, ...others] = ids;
  if (left === undefined) return null;
  return (
    <section className="pick-bar picked-bar" aria-label="Picked runs">
      <ul className="picked-runs">
        {ids.map((id) => {
          const look = looks.picked.get(id);
          const turn = turns.get(id);
          return (
            <li key={id}>
              <svg width="20" height="8" aria-hidden="true">
                <line
                  x1="0"
                  x2="20"
                  y1="4"
                  y2="4"
                  stroke={look?.color}
                  strokeWidth="3"
                  strokeDasharray={look?.dash.join(" ")}
                />
              </svg>
              <Link
                to="/runs/$runId"
                params={{ runId: id }}
                search={turn === undefined ? {} : { at: String(turn) }}
                title={id}
              >
                {wordsOf(id)}
                {turn === undefined ? "" : `, turn ${turn}`}
              </Link>
              <button
                type="button"
                className="button icon-button quiet"
                aria-label={`Drop ${wordsOf(id)}`}
                title="Drop"
                onClick={() => onDrop(id)}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ul>
      {right !== undefined && others.length === 0 && (
        <Link
          className="button button-primary"
          to="/runs/$leftId/compare/$rightId"
          params={{ leftId: left, rightId: right }}
          search={{}}
        >
          Compare
        </Link>
      )}
      {right !== undefined && (
        <Link className="button" to="/curves" search={{ runs: ids.join(",") }}>
          Alone in one chart
        </Link>
      )}
      <button type="button" className="button" onClick={onClear}>
        Clear
      </button>
    </section>
  );
}
