import { useEffect, useState } from "react";
import { EMPTY_FILTER, isEmpty, noAgents } from "../../../logic/view/index.ts";
import { Icon } from "../../parts/index.ts";
import { ConditionBox } from "../condition/index.ts";
import { useRun, useView } from "../session.ts";
import { AgentsMenu } from "./agents-menu.tsx";
import { Chips } from "./chips.tsx";
import { KindToggles } from "./kind-toggles.tsx";
import { SpanMenu } from "./span-menu.tsx";

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

/** Milliseconds without a key before the text is searched for. */
const TYPED = 180;

function TextFilter() {
  const { view, places } = useRun();
  const text = useView((one) => one.filter.text);
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === view.get().filter.text) return;
    const timer = setTimeout(() => view.setFilter({ text: typed }), TYPED);
    return () => clearTimeout(timer);
  }, [typed, view]);
  return (
    <label className="search">
      <Icon name="search" />
      <input
        ref={places.filterText}
        type="search"
        placeholder="Text in descriptions  ( / )"
        aria-label="Text in descriptions"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") view.setFilter({ text: typed });
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
    </label>
  );
}
