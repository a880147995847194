import type { ComparedValue, RunDetails, ValueOrder } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { type CompareView, pageOf } from "../../logic/compare/index.ts";
import { formatCount, formatDifference, formatSides } from "../../logic/format/index.ts";
import { AgentPageLink, Failure, GapMark, Loading, Pager, Segmented } from "../parts/index.ts";
import { COMPARED_PAGE, compareQueries } from "../queries/index.ts";

const ORDERS: readonly { value: ValueOrder; label: string }[] = [
  { value: "difference", label: "Largest difference" },
  { value: "relative", label: "In relation" },
  { value: "name", label: "Name" },
];

interface ValuesTableProps {
  left: RunDetails;
  right: RunDetails;
  view: CompareView;
  onView: (patch: Partial<CompareView>) => void;
}

/** Every variable with its value on either side, at a turn's end or at the end of each run. */
export function ValuesTable({ left, right, view, onView }: ValuesTableProps) {
  const { turn, order, equal, valuesPage } = view;
  const { data, error } = useQuery(
    compareQueries.values({ left: left.id, right: right.id, turn, order, equal }, valuesPage),
  );
  const last = Math.max(left.turns, right.turns);
  return (
    <section className="card" aria-label="Values">
      <h2 className="row">
        {turn === undefined ? "Values at the end" : `Values at the end of turn ${formatCount(turn)}`}
        {data && (
          <span className="count">
            {formatCount(data.differing)} of {formatCount(data.known)} differ
          </span>
        )}
        {data && <GapMark gaps={data.gaps} />}
      </h2>
      <div className="row compare-tools">
        <Segmented
          label="Sort by"
          value={order}
          options={ORDERS}
          onChange={(next) => onView({ order: next, valuesPage: 0 })}
        />
        <label className="row">
          <input
            type="checkbox"
            checked={equal}
            onChange={(event) => onView({ equal: event.target.checked, valuesPage: 0 })}
          />
          Equal ones, too
        </label>
        <label className="row">
          Turn
          <input
            type="number"
            min={0}
            max={last}
            placeholder="end"
            value={turn ?? ""}
            onChange={({ target: { value } }) =>
              onView({ turn: value === "" ? undefined : Math.min(last, Number(value)), valuesPage: 0 })
            }
          />
        </label>
        {turn !== undefined && (
          <button type="button" className="button" onClick={() => onView({ turn: undefined, valuesPage: 0 })}>
            At the end
          </button>
        )}
      </div>
      {error && !data && <Failure error={error} />}
      {!data && !error && <Loading label="Reading both states" />}
      {data && data.values.length === 0 && (
        <p className="note">{data.known === 0 ? "There are no values to compare." : "Nothing differs."}</p>
      )}
      {data && data.values.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
        <section className="compared-values" tabIndex={0} aria-label="Table of values">
          <table>
            <thead>
              <tr>
                <th scope="col">Variable</th>
                <th scope="col">Of</th>
                <th scope="col" className="numeric">
                  <span className="side-mark side-left" aria-hidden="true" /> Left, turn {data.left.turn}
                </th>
                <th scope="col" className="numeric">
                  <span className="side-mark side-right" aria-hidden="true" /> Right, turn {data.right.turn}
                </th>
                <th scope="col" className="numeric">
                  Difference
                </th>
                <th scope="col">In relation</th>
              </tr>
            </thead>
            <tbody>
              {data.values.map((value) => (
                <ValueRow
                  key={JSON.stringify([value.agent_id, value.variable])}
                  value={value}
                  leftId={left.id}
                  rightId={right.id}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {data && (
        <Pager
          of="values"
          at={pageOf(data.total, COMPARED_PAGE, valuesPage)}
          total={data.total}
          onPage={(page) => onView({ valuesPage: page })}
        />
      )}
    </section>
  );
}

function ValueRow({ value, leftId, rightId }: { value: ComparedValue; leftId: string; rightId: string }) {
  const { agent_id: agent, variable, left, right, difference, relative } = value;
  const sides = formatSides({ left, right });
  return (
    <tr>
      <th scope="row">{variable}</th>
      <td>
        {agent === undefined ? (
          <span className="count">world</span>
        ) : (
          <AgentPageLink run={left === undefined ? rightId : leftId} agent={agent} />
        )}
      </td>
      <td className="numeric">{left === undefined ? <Absent side="left" /> : sides.left}</td>
      <td className="numeric">{right === undefined ? <Absent side="right" /> : sides.right}</td>
      <td className={`numeric ${(difference ?? 0) < 0 ? "down" : "up"}`}>
        {difference === undefined ? "" : formatDifference(difference)}
      </td>
      <td>
        <span className="relative-bar" title={`${Math.round(relative * 100)} %`}>
          <span style={{ width: `${relative * 100}%` }} />
          <span className="sr-only">{Math.round(relative * 100)} %</span>
        </span>
      </td>
    </tr>
  );
}

function Absent({ side }: { side: "left" | "right" }) {
  return <span className="count">not on the {side}</span>;
}
