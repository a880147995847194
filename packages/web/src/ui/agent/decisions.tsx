import type { RunDetails } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { pageOf } from "../../logic/compare/index.ts";
import { formatCount } from "../../logic/format/index.ts";
import { Failure, GapMark, Loading, Pager } from "../parts/index.ts";
import { agentQueries, DECISIONS_PAGE } from "../queries/index.ts";
import { DecisionItem } from "./decision-item.tsx";

/** Its decisions in sequence, page by page. */
export function Decisions({ run, agent }: { run: RunDetails; agent: string }) {
  const search = useSearch({ from: "/runs/$runId/agents/$agentId" });
  const navigate = useNavigate({ from: "/runs/$runId/agents/$agentId" });
  const asked = /^[1-9]\d{0,9}$/.test(search.page ?? "") ? Number(search.page) - 1 : 0;
  const { data, error, isPlaceholderData } = useQuery(
    agentQueries.decisions(run.id, agent, asked, run.event_count),
  );
  return (
    <section className="card" aria-label="Decisions" aria-busy={isPlaceholderData}>
      <h2 className="row">
        Decisions {data && <span className="count">{formatCount(data.total)}</span>}
        {data && <GapMark gaps={data.gaps} />}
      </h2>
      {error && !data && <Failure error={error} />}
      {!data && !error && <Loading label="Reading its decisions" />}
      {data?.total === 0 && <p className="note">None is recorded.</p>}
      {data && (
        <ol className="decisions">
          {data.rows.map((row) => (
            <DecisionItem key={row.decision.event_id} run={run.id} row={row} />
          ))}
        </ol>
      )}
      {data?.isCut && (
        <p className="note warning-note">
          It did very much in these turns: not all of its actions were looked through for what came of a
          decision.
        </p>
      )}
      {data && (
        <Pager
          of="decisions"
          at={pageOf(data.total, DECISIONS_PAGE, asked)}
          total={data.total}
          onPage={(page) =>
            void navigate({ search: page === 0 ? {} : { page: String(page + 1) }, resetScroll: false })
          }
        />
      )}
    </section>
  );
}
