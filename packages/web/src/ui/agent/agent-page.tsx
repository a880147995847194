import type { RunDetails } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { isApiError } from "../../logic/api/index.ts";
import { nameText } from "../../logic/format/index.ts";
import { ErrorBoundary, Failure, Icon, Loading, NoSuchRun, StatusPill } from "../parts/index.ts";
import { runQueries } from "../queries/index.ts";
import { ThemeSwitch, TokenForm, wantsToken } from "../session/index.ts";
import { AgentCalls } from "./agent-calls.tsx";
import { AgentMemory } from "./agent-memory.tsx";
import { AgentPartners } from "./agent-partners.tsx";
import { AgentRefusals } from "./agent-refusals.tsx";
import { AgentVariables } from "./agent-variables.tsx";
import { Decisions } from "./decisions.tsx";
import "../../styles/compare.css";
import "../../styles/agent.css";

/** All of what one agent did in a run. */
export function AgentPage() {
  const { runId, agentId } = useParams({ from: "/runs/$runId/agents/$agentId" });
  const { data: run, error, refetch } = useQuery(runQueries.details(runId));
  useEffect(() => {
    document.title = `${agentId} · ${runId} · llm-sim`;
  }, [runId, agentId]);
  return (
    <main className="page agent-page">
      <header className="run-header">
        <Link to="/" search={{}} className="back">
          Runs
        </Link>
        <Icon name="right" />
        <Link to="/runs/$runId" params={{ runId }} search={{}} className="back">
          {runId}
        </Link>
        <Icon name="right" />
        <h1>
          <bdi>{nameText(agentId)}</bdi>
        </h1>
        {run && <StatusPill status={run.status} />}
        <span className="spacer" />
        <Link className="button" to="/runs/$runId" params={{ runId }} search={{ agents: agentId }}>
          Its events
        </Link>
        <Link className="button" to="/runs/$runId" params={{ runId }} search={{ involving: agentId }}>
          What involves it
        </Link>
        <ThemeSwitch />
      </header>
      {wantsToken(error) && <TokenForm />}
      {isApiError(error, "SIMULATION_NOT_FOUND") && <NoSuchRun id={runId} />}
      {error && !run && !wantsToken(error) && !isApiError(error, "SIMULATION_NOT_FOUND") && (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
      {!run && !error && <Loading label="Opening the run" />}
      {run && <AgentParts key={`${runId} ${agentId}`} run={run} agent={agentId} />}
    </main>
  );
}

function AgentParts({ run, agent }: { run: RunDetails; agent: string }) {
  return (
    <ErrorBoundary>
      <AgentVariables run={run} agent={agent} />
      <div className="agent-columns">
        <AgentRefusals run={run} agent={agent} />
        <AgentPartners run={run} agent={agent} />
        {(run.calls ?? 0) > 0 && <AgentCalls run={run} agent={agent} />}
        <AgentMemory run={run} agent={agent} />
      </div>
      <Decisions run={run} agent={agent} />
    </ErrorBoundary>
  );
}
