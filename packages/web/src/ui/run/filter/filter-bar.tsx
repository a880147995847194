import { EMPTY_FILTER, isEmpty, noAgents } from "../../../logic/view/index.ts";
import { ConditionBox } from "../condition/index.ts";
import { useRun, useView } from "../session.ts";
import { AgentsMenu } from "./agents-menu.tsx";
import { Chips } from "./chips.tsx";
import { KindToggles } from "./kind-toggles.tsx";
import { SearchProgress } from "./search-progress.tsx";
import { SpanMenu } from "./span-menu.tsx";
import { TextFilter } from "./text-filter.tsx";

/** What everything on the page is narrowed to. */
export function FilterBar() {
  const { view, agents, summary } = useRun();
  const filter = useView((one) => one.filter);
  const unknown = noAgents([...filter.agents, ...filter.involving], { known: agents, total: summary.agents });
  return (
    <search className="filter-bar" aria-label="Filter">
      <KindToggles />
      <AgentsMenu part="agents" label="Agent" hint="events of their own" />
      <AgentsMenu part="involving" label="Involving" hint="acting, taking part or concerned" />
      <SpanMenu />
      <TextFilter />
      <SearchProgress />
      <ConditionBox />
      <Chips filter={filter} unknown={unknown} onChange={(patch) => view.setFilter(patch)} />
      {!isEmpty(filter) && (
        <button type="button" className="button quiet" onClick={() => view.set({ filter: EMPTY_FILTER })}>
          Clear all
        </button>
      )}
    </search>
  );
}
