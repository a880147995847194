import type { RunDetails } from "@llm-sim/api";
import { usdText } from "@llm-sim/events/words";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { formatCount, plural } from "../../logic/format/index.ts";
import { GapMark } from "../parts/index.ts";
import { callQueries } from "../queries/index.ts";

/** What language models were asked for it, and what that cost. */
export function AgentCalls({ run, agent }: { run: RunDetails; agent: string }) {
  const { data } = useQuery(callQueries.totals(run.id, { agent_ids: [agent] }, run.event_count));
  if (!data) return null;
  const { calls, questions, retries, failures, input_tokens, output_tokens, cost_usd, unpriced } =
    data.totals;
  return (
    <section className="card" aria-label="Model calls">
      <h2 className="row">
        Model calls <span className="count">{formatCount(calls)}</span>
        <GapMark gaps={data.gaps} />
      </h2>
      {calls === 0 && <p className="note">No model was asked for it.</p>}
      {calls > 0 && (
        <>
          <p>
            {plural(questions, "question")}
            {retries > 0 && `, ${formatCount(retries)} asked again`}
            {failures > 0 && `, ${formatCount(failures)} given up`}: {formatCount(input_tokens)} tokens in,{" "}
            {formatCount(output_tokens)} out
            {(cost_usd > 0 || unpriced === 0) && `, ${usdText(cost_usd)}`}
            {unpriced > 0 && `; the price of ${plural(unpriced, "call")} is not known`}.
          </p>
          <Link
            className="link"
            to="/runs/$runId"
            params={{ runId: run.id }}
            search={{ agents: agent, list: "calls" }}
          >
            List them
          </Link>
        </>
      )}
    </section>
  );
}
