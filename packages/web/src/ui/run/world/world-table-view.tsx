import type { StateAnswer } from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import { memberOf } from "@llm-sim/events/schema";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { variableQuery } from "../../../logic/api/index.ts";
import { toggle } from "../../../logic/view/index.ts";
import { agentsOf, type Cell, worldTable } from "../../../logic/world/index.ts";
import { loadPart } from "../../session/index.ts";
import { FilterNote } from "../filter/index.ts";
import { useRun, useView } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";

const ROW = 26;

interface WorldTableViewProps {
  state: StateAnswer;
  before: StateAnswer | undefined;
  turn: number;
}

/** The world's variables, then a row for each agent; a value leads to the event that wrote it. */
export function WorldTableView({ state, before, turn }: WorldTableViewProps) {
  const session = useRun();
  const shown = useView((view) => view.filter.agents);
  const scroller = useRef<HTMLDivElement>(null);
  const table = useMemo(() => worldTable(state, before), [state, before]);
  const known = agentsOf(state);
  const agents =
    shown.length === 0 ? table.agents : table.agents.filter(({ agent }) => shown.includes(agent));
  const rows = useVirtualizer({
    count: agents.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });

  async function explain(variable: string, agent: string | undefined): Promise<void> {
    const { whyApi } = await loadPart(() => import("../../why-api.ts"));
    const { event } = await whyApi.why({ id: session.id, ...variableQuery(variable, agent), turn });
    goToEvent(session, event);
  }

  const items = rows.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
    <section className="world" ref={scroller} tabIndex={0} aria-label="State of the world">
      {table.world.length > 0 && (
        <dl className="world-own">
          {table.world.map(({ name, cell }) => (
            <div key={name} className={cell.changed ? "changed" : undefined}>
              <dt>
                <bdi>{name}</bdi>
              </dt>
              <dd>
                <Value
                  cell={cell}
                  onPick={() => void explain(name, undefined)}
                  name={variableText({ agent_id: undefined, variable_name: name }, known)}
                />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <FilterNote here={new Set(table.agents.map(({ agent }) => agent))} />
      {agents.length > 0 && (
        <table className="world-table">
          <thead>
            <tr>
              <th scope="col">Agent</th>
              {table.hasMemory && (
                <th scope="col" className="remembers" title="What the agent remembers, for itself alone">
                  Remembers
                </th>
              )}
              {table.variables.map((name) => (
                <th key={name} scope="col" title={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <tr style={{ height: above }} />}
            {items.map(({ index }) => {
              const row = agents[index];
              if (!row) return null;
              return (
                <tr key={row.agent}>
                  <th scope="row">
                    <button
                      type="button"
                      className="link"
                      title={row.agent}
                      onClick={() => session.view.setFilter({ agents: toggle(shown, row.agent) })}
                    >
                      {row.agent}
                    </button>
                  </th>
                  {table.hasMemory && (
                    <td className={row.remembers?.changed ? "remembers changed" : "remembers"}>
                      {row.remembers && (
                        <span
                          className="remembered"
                          title={JSON.stringify(memberOf(state.memory, row.agent))}
                        >
                          {row.remembers.text}
                        </span>
                      )}
                    </td>
                  )}
                  {row.cells.map((cell, at) => {
                    const name = table.variables[at] ?? "";
                    return (
                      <td key={name} className={cell?.changed ? "changed" : undefined}>
                        {cell && (
                          <Value
                            cell={cell}
                            onPick={() => void explain(name, row.agent)}
                            name={variableText({ agent_id: row.agent, variable_name: name }, known)}
                          />
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
            {below > 0 && <tr style={{ height: below }} />}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Value({ cell, name, onPick }: { cell: Cell; name: string; onPick: () => void }) {
  return (
    <button type="button" className="value" title={`Why is ${name} ${cell.text}?`} onClick={onPick}>
      {cell.difference && (
        <>
          <span className="sr-only">{`${cell.text}, changed by ${cell.difference}`}</span>
          <small className={`difference ${cell.direction}`} aria-hidden="true">
            {cell.difference}
          </small>
        </>
      )}
      <bdi aria-hidden={cell.difference !== undefined}>{cell.text}</bdi>
    </button>
  );
}
