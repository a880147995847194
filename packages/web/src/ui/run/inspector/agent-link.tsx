import { nameText } from "../../../logic/format/index.ts";
import { AgentPageMark } from "../../parts/index.ts";
import { useRun } from "../session.ts";

/** An agent's name; a click narrows the page to what involves it, the mark behind it leads to its page. */
export function AgentLink({ agent }: { agent: string }) {
  const { id, view } = useRun();
  return (
    <span className="agent-named">
      <button
        type="button"
        className="link"
        title={`Show what involves ${agent}`}
        onClick={() => view.setFilter({ involving: [agent] })}
      >
        <bdi>{nameText(agent)}</bdi>
      </button>
      <AgentPageMark run={id} agent={agent} />
    </span>
  );
}
