import type { RunDetails, VariablesAnswer } from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { formatCount, formatValue } from "../../logic/format/index.ts";
import { sparklineOf } from "../../logic/overview/index.ts";
import { Failure, GapMark, Loading } from "../parts/index.ts";
import { agentQueries } from "../queries/index.ts";
import { Spark } from "../spark.tsx";

/** Variables in sight at first. */
const SHOWN = 12;

/** Its variables over time, a small chart each. */
export function AgentVariables({ run, agent }: { run: RunDetails; agent: string }) {
  const [whole, setWhole] = useState(false);
  const { data, error } = useQuery(agentQueries.variables(run.id, agent, run.event_count));
  const all = data?.variables ?? [];
  return (
    <section className="card" aria-label="Variables">
      <h2 className="row">
        Variables {data && <span className="count">{formatCount(data.total)}</span>}
        {data && <GapMark gaps={data.gaps} />}
      </h2>
      {error && !data && <Failure error={error} />}
      {!data && !error && <Loading label="Reading its variables" />}
      {data && all.length === 0 && <p className="note">It has none that are recorded.</p>}
      <ul className="agent-variables">
        {(whole ? all : all.slice(0, SHOWN)).map((variable) => (
          <VariableCard key={variable.variable} run={run} variable={variable} turns={data?.turns ?? 0} />
        ))}
      </ul>
      {!whole && all.length > SHOWN && (
        <button type="button" className="button quiet further" onClick={() => setWhole(true)}>
          All {formatCount(all.length)}
        </button>
      )}
      {data?.has_more && whole && <p className="note">The first {formatCount(all.length)} are shown.</p>}
    </section>
  );
}

interface VariableCardProps {
  run: RunDetails;
  variable: VariablesAnswer["variables"][number];
  turns: number;
}

function VariableCard({ run, variable, turns }: VariableCardProps) {
  const { agent_id, first, last, gone, least, greatest, points } = variable;
  const name = variableText({ agent_id, variable_name: variable.variable }, { has: () => true });
  const hasChart = least !== undefined && (run.by_type?.STATE ?? 0) > 0;
  return (
    <li className="agent-variable">
      <span className="agent-variable-name">
        {hasChart ? (
          <Link
            to="/runs/$runId"
            params={{ runId: run.id }}
            search={{ world: "charts", variables: name }}
            title="Show its chart"
          >
            {variable.variable}
          </Link>
        ) : (
          variable.variable
        )}
      </span>
      <Spark of={sparklineOf(points, turns)} />
      <span>
        {formatValue(first, 24)} →{" "}
        <b>{gone === undefined ? formatValue(last, 24) : `gone in turn ${gone}`}</b>
      </span>
      {least !== undefined && greatest !== undefined && (
        <span className="count">
          {formatValue(least)} to {formatValue(greatest)}
        </span>
      )}
    </li>
  );
}
