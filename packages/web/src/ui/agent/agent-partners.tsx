import type { RunDetails } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { partnersOf } from "../../logic/agent/index.ts";
import { formatCount, plural } from "../../logic/format/index.ts";
import { AgentPageLink, Failure, GapMark, Loading } from "../parts/index.ts";
import { agentQueries } from "../queries/index.ts";

/** With whom it had to do. */
export function AgentPartners({ run, agent }: { run: RunDetails; agent: string }) {
  const { data, error } = useQuery(
    agentQueries.interactions({ id: run.id, agent_id: agent, agents: 200 }, run.event_count),
  );
  const partners = data ? partnersOf(data, agent) : [];
  return (
    <section className="card" aria-label="Partners">
      <h2 className="row">
        Partners {data && <span className="count">{formatCount(partners.length)}</span>}
        {data && <GapMark gaps={data.gaps} />}
      </h2>
      {error && !data && <Failure error={error} />}
      {!data && !error && <Loading label="Looking through its actions" />}
      {data && partners.length === 0 && (
        <p className="note">
          {data.actions === 0
            ? "No action of its is recorded."
            : `None of ${plural(data.actions, "action")} is with or on another agent.`}
        </p>
      )}
      {partners.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
        <section className="agent-scroll" tabIndex={0} aria-label="List of partners">
          <table className="agent-table">
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col" className="numeric">
                  Acted on
                </th>
                <th scope="col" className="numeric">
                  Was acted on by
                </th>
              </tr>
            </thead>
            <tbody>
              {partners.map(({ agent: other, acted, received }) => (
                <tr key={other ?? "the others"}>
                  <th scope="row">
                    {other === undefined ? "others" : <AgentPageLink run={run.id} agent={other} />}
                  </th>
                  <td className="numeric">{formatCount(acted)}</td>
                  <td className="numeric">{formatCount(received)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Link
        className="link"
        to="/runs/$runId"
        params={{ runId: run.id }}
        search={{ world: "matrix", full: "world" }}
      >
        Who acts on whom, of all
      </Link>
    </section>
  );
}
