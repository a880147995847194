import type { VariablesAnswer } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { formatCount, plural } from "../../../logic/format/index.ts";
import { Failure, GapMark, Loading } from "../../parts/index.ts";
import { overviewQueries } from "../../queries/index.ts";
import { usePrinting } from "../printing.ts";
import { useRun } from "../session.ts";
import { useSettled } from "../use-settled.ts";
import { VariableRow } from "./variable-row.tsx";

/** Of a row, in pixels. */
const ROW = 50;
/** Events of a log that is read for its variables without being asked to, where no summary.json tells of them. */
const READ_AT_ONCE = 200_000;
/** Variables that are printed. */
const PRINTED = 40;
/** So few need no search. */
const FEW = 6;

/** What became of each variable: first and last, smallest and largest with their moments, and its course. */
export function Variables() {
  const { id, summary } = useRun();
  const [text, setText] = useState("");
  const [isAsked, setAsked] = useState(false);
  const q = useSettled(text.trim(), 200);
  const isLong = summary.variables === undefined && summary.event_count > READ_AT_ONCE;
  const { data, error, isPending } = useQuery({
    ...overviewQueries.variables(id, q, summary.event_count),
    enabled: !isLong || isAsked,
  });
  const total = summary.variables_total ?? (text === "" ? data?.total : undefined);
  return (
    <section className="section" aria-label="Variables">
      <h3>
        Variables {data && <span className="count">{formatCount(data.total)}</span>}
        {data && <GapMark gaps={data.gaps} />}
      </h3>
      {isLong && !isAsked && (
        <p className="note">
          The run has no summary.json: its {formatCount(summary.event_count)} events would have to be read.{" "}
          <button type="button" className="link" onClick={() => setAsked(true)}>
            Read them
          </button>
        </p>
      )}
      {(!isLong || isAsked) && isPending && <Loading label="Reading the variables" />}
      {error && !data && <Failure error={error} />}
      {data?.from === "none" && (
        <p className="note">
          {summary.status === "running"
            ? `Recorded at ${summary.verbosity ?? "a coarser verbosity"}, a run says what became of its variables when it is over.`
            : data.gaps.map(({ message }) => message).join(" ")}
        </p>
      )}
      {(text !== "" || (total ?? 0) > FEW) && (
        <input
          type="search"
          className="overview-search"
          placeholder="Find a variable"
          aria-label="Find a variable"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {data && data.variables.length > 0 && <VariableList data={data} />}
      {data && data.variables.length === 0 && text !== "" && (
        <p className="note">No variable has that in its name.</p>
      )}
      {data?.has_more && (
        <p className="note">
          The first {formatCount(data.variables.length)} of {plural(data.total, "variable")}: find others by
          name.
        </p>
      )}
      {data?.left_out !== undefined && (
        <p className="note warning-note">
          {plural(data.left_out, "more variable")} had no room in summary.json and{" "}
          {data.left_out === 1 ? "is" : "are"} not told of.
        </p>
      )}
    </section>
  );
}

function VariableList({ data }: { data: VariablesAnswer }) {
  return usePrinting() ? <PrintedVariables data={data} /> : <ScrolledVariables data={data} />;
}

function PrintedVariables({ data }: { data: VariablesAnswer }) {
  const { variables, turns, total } = data;
  return (
    <section className="variables-list" aria-label="Their course">
      <ul>
        {variables.slice(0, PRINTED).map((variable) => (
          <VariableRow
            key={`${variable.agent_id ?? ""} ${variable.variable}`}
            variable={variable}
            turns={turns}
          />
        ))}
      </ul>
      {total > PRINTED && <p className="note">And {plural(total - PRINTED, "more variable")}.</p>}
    </section>
  );
}

function ScrolledVariables({ data }: { data: VariablesAnswer }) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: data.variables.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
    <section className="variables-list" ref={scroller} tabIndex={0} aria-label="Their course">
      <ul style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const variable = data.variables[index];
          return (
            variable && (
              <VariableRow
                key={`${variable.agent_id ?? ""} ${variable.variable}`}
                variable={variable}
                turns={data.turns}
                top={start}
              />
            )
          );
        })}
      </ul>
    </section>
  );
}
