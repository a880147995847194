import { Link } from "@tanstack/react-router";

/** An agent's name, leading to its page in a run. */
export function AgentPageLink({ run, agent }: { run: string; agent: string }) {
  return (
    <Link
      to="/runs/$runId/agents/$agentId"
      params={{ runId: run, agentId: agent }}
      search={{}}
      className="agent-link"
      title={`All of what ${agent} did`}
    >
      {agent}
    </Link>
  );
}
