import { filterProblem } from "../../../logic/view/index.ts";
import { useRun, useView } from "../session.ts";

/** Said where the filter names agents that are not here: an empty place would look as if nothing had happened. */
export function FilterNote({ here }: { here: { has(agent: string): boolean } }) {
  const { view, summary, agents } = useRun();
  const names = useView((one) => one.filter.agents);
  const problem = filterProblem(names, here, { known: agents, total: summary.agents });
  if (problem === undefined) return null;
  return (
    <p className="note filter-note" role="status">
      <bdi>{problem}</bdi>{" "}
      <button type="button" className="button quiet" onClick={() => view.setFilter({ agents: [] })}>
        Show all agents
      </button>
    </p>
  );
}
