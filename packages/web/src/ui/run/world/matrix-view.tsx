import type { InteractionCell } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatCompact, formatCount, nameText, plural } from "../../../logic/format/index.ts";
import { amountOf, type MatrixOrder, matrixOf, type Side } from "../../../logic/matrix/index.ts";
import { EMPTY_FILTER } from "../../../logic/view/index.ts";
import { AgentPageLink, Empty, Failure, GapMark, Loading, Segmented } from "../../parts/index.ts";
import { agentQueries } from "../../queries/index.ts";
import { useRun, useView } from "../session.ts";
import "../../../styles/matrix.css";

/** Agents with a row and a column of their own. */
const SHOWN = 60;

const ORDERS: readonly { value: MatrixOrder; label: string }[] = [
  { value: "active", label: "Busiest" },
  { value: "name", label: "A–Z" },
];

/** Who acts on whom in the filter's turns: rows act, columns are acted on. */
export function MatrixView() {
  const { id, summary } = useRun();
  const turns = useView((view) => view.filter.turns);
  const [type, setType] = useState("");
  const [parameter, setParameter] = useState("");
  const [order, setOrder] = useState<MatrixOrder>("active");
  const { data, error } = useQuery(
    agentQueries.interactions(
      {
        id,
        agents: SHOWN,
        ...(turns.from !== undefined && { turn_start: turns.from }),
        ...(turns.to !== undefined && { turn_end: turns.to }),
        ...(type !== "" && { action_types: [type] }),
        ...(parameter !== "" && { parameter }),
      },
      summary.event_count,
    ),
  );
  if (error && !data) return <Failure error={error} />;
  if (!data) return <Loading label="Looking through the actions" />;
  const parameters = [
    ...new Set(
      data.action_types
        .filter(({ action_type }) => type === "" || action_type === type)
        .flatMap((one) => one.parameters),
    ),
  ];
  return (
    <div className="matrix">
      <div className="matrix-head">
        <label className="select">
          <span className="sr-only">Action</span>
          <select value={type} onChange={(event) => setType(event.target.value)}>
            <option value="">every action</option>
            {data.action_types.map(({ action_type, count }) => (
              <option key={action_type} value={action_type}>
                {action_type} ({formatCount(count)})
              </option>
            ))}
          </select>
        </label>
        <label className="select">
          <span className="sr-only">Counted</span>
          <select value={parameter} onChange={(event) => setParameter(event.target.value)}>
            <option value="">how often</option>
            {parameters.map((name) => (
              <option key={name} value={name}>
                sum of {name}
              </option>
            ))}
          </select>
        </label>
        <Segmented label="Sort by" value={order} options={ORDERS} onChange={setOrder} />
        <span className="count">
          {plural(data.actions, "action")}, {formatCount(data.with_partner)} with a partner
          {data.others > 0 && `; ${plural(data.others, "less busy agent")} together as others`}
        </span>
        <GapMark gaps={data.gaps} />
      </div>
      {data.with_partner === 0 ? (
        <Empty title="Nobody acts on anybody">
          {summary.by_type?.ACTION === 0
            ? "The run recorded no actions."
            : data.actions === 0
              ? "There is no such action in these turns."
              : `None of ${plural(data.actions, "action")} names another agent.`}
        </Empty>
      ) : (
        <MatrixTable matrix={matrixOf(data, order)} type={type} />
      )}
    </div>
  );
}

function MatrixTable({ matrix, type }: { matrix: ReturnType<typeof matrixOf>; type: string }) {
  const { id } = useRun();
  const { rows, columns, cells, greatest } = matrix;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
    <section className="matrix-scroll" tabIndex={0} aria-label="Who acts on whom">
      <table>
        <thead>
          <tr>
            <td className="matrix-corner">acts ↓ on →</td>
            {columns.map((side) => (
              <th key={keyOf(side)} scope="col">
                <span>{textOf(side)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={keyOf(row)}>
              <th scope="row">
                {typeof row === "string" ? textOf(row) : <AgentPageLink run={id} agent={row.agent} />}
              </th>
              {columns.map((column, place) => {
                const cell = cells[at]?.[place];
                return (
                  <td key={keyOf(column)}>
                    {cell && (
                      <MatrixCell cell={cell} from={row} to={column} greatest={greatest} type={type} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface MatrixCellProps {
  cell: InteractionCell;
  from: Side;
  to: Side;
  greatest: number;
  type: string;
}

function MatrixCell({ cell, from, to, greatest, type }: MatrixCellProps) {
  const { view } = useRun();
  const turns = useView((one) => one.filter.turns);
  const amount = amountOf(cell);
  const what = `${textOf(from)} on ${textOf(to)}: ${plural(cell.count, type === "" ? "action" : type, type === "" ? "actions" : type)}${cell.sum === undefined ? "" : `, in all ${formatCount(cell.sum)}`}`;
  /** The events behind it; where an end is many agents, the first of them. */
  function show(): void {
    if (typeof from === "string" || to === "others") {
      view.set({ selected: cell.event_id });
      return;
    }
    const isNamedOnly = cell.taking_part < cell.count;
    view.set({ maximised: undefined, list: "events" });
    view.setFilter({
      ...EMPTY_FILTER,
      turns,
      kinds: ["ACTION"],
      agents: [from.agent],
      ...(to !== "nobody" && !isNamedOnly && { involving: [to.agent] }),
      ...(to !== "nobody" && isNamedOnly && { text: to.agent, searchIn: "payload" }),
    });
  }
  return (
    <button
      type="button"
      style={{
        background: `color-mix(in srgb, var(--accent) ${Math.round((Math.abs(amount) / greatest) * 38)}%, var(--ground))`,
      }}
      title={`${what}. Show the events`}
      aria-label={what}
      onClick={show}
    >
      {formatCompact(amount)}
    </button>
  );
}

function keyOf(side: Side): string {
  return typeof side === "string" ? side : JSON.stringify(side);
}

function textOf(side: Side): string {
  return typeof side === "string" ? side : nameText(side.agent);
}
