import { nameText } from "../../../logic/format/index.ts";
import { useRun } from "../session.ts";

/** An agent's name; a click narrows the page to what involves it. */
export function AgentLink({ agent }: { agent: string }) {
  const { view } = useRun();
  return (
    <button
      type="button"
      className="link"
      title={`Show what involves ${agent}`}
      onClick={() => view.setFilter({ involving: [agent] })}
    >
      <bdi>{nameText(agent)}</bdi>
    </button>
  );
}
