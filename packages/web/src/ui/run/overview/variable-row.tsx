import type { VariablesAnswer } from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import { useQueryClient } from "@tanstack/react-query";
import { memo } from "react";
import { formatValue } from "../../../logic/format/index.ts";
import { sparklineOf } from "../../../logic/overview/index.ts";
import { overviewQueries } from "../../queries/index.ts";
import { Spark } from "../../spark.tsx";
import { useRun } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { ViewLink } from "../view-link.tsx";

/** Characters of a value beside its name. */
const SHOWN = 24;

type Variable = VariablesAnswer["variables"][number];

interface VariableRowProps {
  variable: Variable;
  /** The run's last. */
  turns: number;
  /** In the list, in pixels; absent where the rows follow one another. */
  top?: number;
}

/** One variable: its course, from what to what, and where it was smallest and largest. */
export const VariableRow = memo(function VariableRow({ variable, turns, top }: VariableRowProps) {
  const { agents, summary } = useRun();
  const { agent_id, first, last, gone, points } = variable;
  const name = variableText({ agent_id, variable_name: variable.variable }, agents);
  const hasState = (summary.by_type.STATE ?? 0) > 0;
  const isNumber = variable.least !== undefined;
  return (
    <li className="variable" style={top === undefined ? undefined : { transform: `translateY(${top}px)` }}>
      <span className="variable-name" title={name}>
        {hasState && isNumber ? (
          <ViewLink to={{ world: "charts", variables: [name] }} title={`${name}: show its chart`}>
            {name}
          </ViewLink>
        ) : (
          name
        )}
      </span>
      <span className="variable-ends">
        {(variable.writes > 1 || gone !== undefined) && (
          <>
            {first === undefined ? "…" : formatValue(first, SHOWN)} <span className="arrow">→</span>{" "}
          </>
        )}
        <b>
          {gone !== undefined ? `gone in turn ${gone}` : last === undefined ? "…" : formatValue(last, SHOWN)}
        </b>
      </span>
      <Spark of={sparklineOf(points, turns)} />
      {isNumber ? (
        <span className="variable-extremes">
          <Extreme variable={variable} which="least" />
          <Extreme variable={variable} which="greatest" />
        </span>
      ) : (
        <span className="variable-extremes">
          written {variable.writes === 1 ? "once" : `${variable.writes} times`}
        </span>
      )}
    </li>
  );
});

const WORDS = { least: "min", greatest: "max" } as const;
const LONG_WORDS = { least: "smallest", greatest: "largest" } as const;

/** The smallest or largest value, and the way to the moment: to the write where the log has it, else to the turn. */
function Extreme({ variable, which }: { variable: Variable; which: "least" | "greatest" }) {
  const session = useRun();
  const queries = useQueryClient();
  const { id, view, summary } = session;
  const value = variable[which];
  const turn = which === "least" ? variable.least_turn : variable.greatest_turn;
  if (value === undefined) return null;
  const text = `${WORDS[which]} ${formatValue(value)}`;
  if (turn === undefined) return <span title="In which turn is not known">{text}</span>;

  async function goThere(at: number): Promise<void> {
    view.set({ playhead: { turn: at }, follow: false });
    if ((summary.by_type.STATE ?? 0) === 0) return;
    const { writes } = await queries.fetchQuery(
      overviewQueries.writes(id, variable.variable, variable.agent_id, at),
    );
    const write = writes.find(({ new_value }) => new_value === value);
    if (write) goToEvent(session, { event_id: write.event_id, turn_number: write.turn });
  }
  return (
    <ViewLink
      to={{ playhead: { turn } }}
      title={`It was ${LONG_WORDS[which]} in turn ${turn}: go there`}
      onFollow={() => void goThere(turn)}
    >
      {text} <span className="count">t{turn}</span>
    </ViewLink>
  );
}
