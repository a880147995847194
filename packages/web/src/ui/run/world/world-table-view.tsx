import type { StateAnswer } from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import { memberOf } from "@llm-sim/events/schema";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { nameText } from "../../../logic/format/index.ts";
import { toggle, type WorldColumn } from "../../../logic/view/index.ts";
import { agentsOf, type Cell, isGrid, sortAgents, worldTable } from "../../../logic/world/index.ts";
import { AgentPageMark, Icon } from "../../parts/index.ts";
import { FilterNote } from "../filter/index.ts";
import { useRun, useView } from "../session.ts";
import { SortHead } from "./sort-head.tsx";
import { useExplain } from "./use-explain.ts";
import { useSelectedAgent } from "./use-selected-agent.ts";

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
  const body = useRef<HTMLTableSectionElement>(null);
  const sort = useView((view) => view.worldSort);
  const explain = useExplain(turn);
  const table = useMemo(() => worldTable(state, before), [state, before]);
  const known = agentsOf(state);
  const agents = useMemo(() => {
    const wanted =
      shown.length === 0 ? table.agents : table.agents.filter(({ agent }) => shown.includes(agent));
    return sortAgents(wanted, state, sort);
  }, [table, shown, state, sort]);
  /** Where the rows begin in what is scrolled: below the world's own variables and the head. */
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const [room, part] = [scroller.current, body.current];
    if (!room || !part) return;
    const from = part.getBoundingClientRect().top - room.getBoundingClientRect().top + room.scrollTop;
    setTop(Math.round(from));
  });
  const rows = useVirtualizer({
    count: agents.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    scrollMargin: top,
    scrollPaddingStart: ROW + 2,
  });
  const selected = useSelectedAgent(state.event_id, (agent) => {
    const row = agents.findIndex((one) => one.agent === agent);
    if (row >= 0) rows.scrollToIndex(row, { align: "auto" });
  });

  const items = rows.getVirtualItems();
  const above = (items[0]?.start ?? top) - top;
  const below = rows.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  const showAsGrid = (text: string) => session.view.set({ world: "grid", gridVariable: text });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
    <section className="world" ref={scroller} tabIndex={0} aria-label="State of the world">
      {table.world.length > 0 && (
        <dl className="world-own">
          {table.world.map(({ name, cell }) => (
            <div key={name} className={cell.changed ? "changed" : undefined}>
              <dt>
                <bdi>{nameText(name)}</bdi>
              </dt>
              <dd>
                <Value
                  cell={cell}
                  onPick={() => void explain(name, undefined)}
                  name={variableText({ agent_id: undefined, variable_name: name }, known)}
                  onGrid={isGrid(memberOf(state.global, name)) ? showAsGrid : undefined}
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
              <SortHead column={AGENT} label="Agent" />
              {table.hasMemory && (
                <SortHead
                  column={MEMORY}
                  label="Remembers"
                  title="What the agent remembers, for itself alone"
                  className="remembers"
                />
              )}
              {table.variables.map((name) => (
                <SortHead key={name} column={{ of: "variable", name }} label={name} title={name} />
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {above > 0 && <tr style={{ height: above }} />}
            {items.map(({ index }) => {
              const row = agents[index];
              if (!row) return null;
              return (
                <tr key={row.agent} className={row.agent === selected ? "selected" : undefined}>
                  <th scope="row">
                    <span className="agent-named">
                      <button
                        type="button"
                        className="link"
                        title={row.agent}
                        aria-current={row.agent === selected}
                        onClick={() => session.view.setFilter({ agents: toggle(shown, row.agent) })}
                      >
                        <bdi>{nameText(row.agent)}</bdi>
                      </button>
                      <AgentPageMark run={session.id} agent={row.agent} />
                    </span>
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
                            onGrid={
                              isGrid(memberOf(memberOf(state.agents, row.agent), name))
                                ? showAsGrid
                                : undefined
                            }
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

const AGENT: WorldColumn = { of: "agent" };
const MEMORY: WorldColumn = { of: "memory" };

interface ValueProps {
  cell: Cell;
  name: string;
  onPick: () => void;
  /** Where it is a list of lists. */
  onGrid: ((name: string) => void) | undefined;
}

function Value({ cell, name, onPick, onGrid }: ValueProps) {
  const value = (
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
  if (!onGrid) return value;
  return (
    <>
      {value}
      <button
        type="button"
        className="as-grid"
        title={`Show ${name} as a grid`}
        aria-label={`Show ${name} as a grid`}
        onClick={() => onGrid(name)}
      >
        <Icon name="grid" />
      </button>
    </>
  );
}
