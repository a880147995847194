import { Link } from "@tanstack/react-router";
import { nameText } from "../../logic/format/index.ts";
import { Icon } from "./icon.tsx";

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
      <bdi>{nameText(agent)}</bdi>
    </Link>
  );
}

/** The same where the name itself does something else. */
export function AgentPageMark({ run, agent }: { run: string; agent: string }) {
  return (
    <Link
      to="/runs/$runId/agents/$agentId"
      params={{ runId: run, agentId: agent }}
      search={{}}
      className="agent-mark"
      title={`All of what ${agent} did`}
      aria-label={`Page of ${agent}`}
    >
      <Icon name="right" />
    </Link>
  );
}
