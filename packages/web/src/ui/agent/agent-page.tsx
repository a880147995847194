import { useParams } from "@tanstack/react-router";

export function AgentPage() {
  const { agentId } = useParams({ from: "/runs/$runId/agents/$agentId" });
  return <main className="page">{agentId}</main>;
}
