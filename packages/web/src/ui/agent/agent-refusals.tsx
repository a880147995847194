import type { RunDetails } from "@llm-sim/api";
import { Link } from "@tanstack/react-router";
import { formatCount } from "../../logic/format/index.ts";

/** Kinds of trouble that a run's details list. */
const LISTED = 100;

/** What it was not let do and what failed, by reason. */
export function AgentRefusals({ run, agent }: { run: RunDetails; agent: string }) {
  const { refusals, failures } = run;
  const isCut = [refusals, failures].some((list) => list?.length === LISTED);
  const own = [...(refusals ?? []), ...(failures ?? [])].filter(({ agent_id }) => agent_id === agent);
  return (
    <section className="card" aria-label="Refusals and failures">
      <h2>
        Refusals and failures{" "}
        <span className="count">{formatCount(own.reduce((sum, { count }) => sum + count, 0))}</span>
      </h2>
      {own.length === 0 && (
        <p className="note">
          {refusals === undefined
            ? "The run does not say what was refused."
            : "Nothing was refused or failed."}
        </p>
      )}
      <ul className="agent-list">
        {own.map(({ action_type, error_type, reason, count }) => (
          <li key={JSON.stringify([action_type, error_type, reason])}>
            <span>
              {action_type !== undefined && <b>{action_type} </b>}
              {reason}
            </span>
            <span className="count">{formatCount(count)}×</span>
          </li>
        ))}
      </ul>
      {own.length > 0 && (
        <Link
          className="link"
          to="/runs/$runId"
          params={{ runId: run.id }}
          search={{ involving: agent, types: "SYSTEM" }}
        >
          Show these events
        </Link>
      )}
      {isCut && <p className="note">Rare ones may be missing: the run lists its commonest hundred.</p>}
    </section>
  );
}
