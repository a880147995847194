import { memberOf } from "@llm-sim/events/schema";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { byName, formatCount, nameText } from "../../../logic/format/index.ts";
import { toCriteria, toggle, without } from "../../../logic/view/index.ts";
import { Popover, useFirstFocus } from "../../parts/index.ts";
import { runQueries } from "../../queries/index.ts";
import { useRun, useView } from "../session.ts";
import { useFacets } from "./use-facets.ts";

/** Agents listed at once; more are found by typing. */
const LISTED = 40;

interface AgentsMenuProps {
  part: "agents" | "involving";
  label: string;
  hint: string;
}

export function AgentsMenu({ part, label, hint }: AgentsMenuProps) {
  return (
    <Popover label={label} title={`Agents: ${hint}`}>
      {() => <AgentsList part={part} label={label} hint={hint} />}
    </Popover>
  );
}

function AgentsList({ part, label, hint }: AgentsMenuProps) {
  const { view, agents } = useRun();
  const chosen = useView((one) => one.filter[part]);
  const [text, setText] = useState("");
  const first = useFirstFocus<HTMLInputElement>();
  const names = [...agents.keys()].filter((name) => name.toLowerCase().includes(text.toLowerCase()));
  names.sort(byName);
  const listed = [...new Set([...chosen, ...names])].slice(0, LISTED);
  const counts = useCounts(part, listed);
  return (
    <div className="menu">
      <p className="menu-head">{hint[0]?.toUpperCase() + hint.slice(1)}</p>
      <input
        ref={first}
        type="search"
        placeholder="Find an agent"
        aria-label="Find an agent"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <fieldset className="menu-list" aria-label={label}>
        {listed.map((agent) => (
          <label key={agent} className="menu-choice">
            <input
              type="checkbox"
              checked={chosen.includes(agent)}
              onChange={() => view.setFilter({ [part]: toggle(chosen, agent) })}
            />
            <bdi className="name">{nameText(agent)}</bdi>
            <span className="count">{counts(agent)}</span>
          </label>
        ))}
        {names.length === 0 && <p className="menu-note">No agent is called that.</p>}
        {names.length > listed.length && (
          <p className="menu-note">and {formatCount(names.length - listed.length)} more: type to find them</p>
        )}
      </fieldset>
    </div>
  );
}

/** One answer tells the counts of all agents' own events; who is involved is asked one by one. */
function useCounts(part: "agents" | "involving", listed: readonly string[]): (agent: string) => string {
  const { id, summary } = useRun();
  const filter = useView((one) => one.filter);
  const facets = useFacets(part, part === "agents");
  const criteria = toCriteria(without(filter, part));
  const involved = useQueries({
    queries: (part === "involving" ? listed : []).map((agent) =>
      runQueries.involved(id, criteria, agent, summary.event_count),
    ),
  });
  return (agent) => {
    const count =
      part === "agents"
        ? facets && (memberOf(facets.agents, agent) ?? 0)
        : involved[listed.indexOf(agent)]?.data;
    return count === undefined ? "…" : formatCount(count);
  };
}
