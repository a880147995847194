import type { RunDetails } from "@llm-sim/api";
import { Link } from "@tanstack/react-router";
import { plural } from "../../logic/format/index.ts";
import { Popover } from "../parts/index.ts";
import "../../styles/lineage.css";

/** From which run this one goes on, and which go on from it. A run's last turn that both have is the one before they part. */
export function Lineage({ summary: { id, parent, children } }: { summary: RunDetails }) {
  return (
    <span className="lineage">
      {parent && (
        <>
          forked from <RunLink id={parent.simulation_id} turn={parent.turn} /> at turn {parent.turn + 1} ·{" "}
          <Link
            to="/runs/$leftId/compare/$rightId"
            params={{ leftId: parent.simulation_id, rightId: id }}
            search={{}}
          >
            compare
          </Link>
        </>
      )}
      {children.length > 0 && (
        <Popover label={plural(children.length, "fork")} className="quiet">
          {() => (
            <ul className="menu lineage-list">
              {children.map((child) => (
                <li key={child.simulation_id}>
                  <RunLink id={child.simulation_id} turn={child.turn} />
                  <span className="count">from turn {child.turn + 1}</span>
                  <Link
                    to="/runs/$leftId/compare/$rightId"
                    params={{ leftId: id, rightId: child.simulation_id }}
                    search={{}}
                  >
                    compare
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </Popover>
      )}
    </span>
  );
}

/** To a run, at the last turn that both have. */
function RunLink({ id, turn }: { id: string; turn: number }) {
  return (
    <Link to="/runs/$runId" params={{ runId: id }} search={{ at: String(turn) }} title={id}>
      {id}
    </Link>
  );
}
