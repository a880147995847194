import type { RunDetails } from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import { formatValue, plural } from "../../../logic/format/index.ts";

/** What fits beside the words that it stands under. */
const SHOWN = 12;

type VariableEnds = NonNullable<RunDetails["variables"]>[number];

/** What a run's summary knows of its variables, where its log has no state. */
export function FirstToLast({
  variables,
  total,
}: {
  variables: readonly VariableEnds[];
  total?: number | undefined;
}) {
  if (variables.length === 0) return null;
  const known = new Set(variables.flatMap(({ agent_id: agent }) => agent ?? []));
  // What is there at the end, numbers before the rest: that is what most look for.
  const isNumber = ({ last }: VariableEnds) => typeof last === "number";
  const there = variables.filter(({ last }) => last !== undefined);
  const ordered = [...there.filter(isNumber), ...there.filter((one) => !isNumber(one))];
  const more = (total ?? variables.length) - Math.min(SHOWN, ordered.length);
  return (
    <table className="first-to-last" aria-label="From the first value to the last">
      {more > 0 && <caption>and {plural(more, "more variable")}</caption>}
      <tbody>
        {ordered.slice(0, SHOWN).map(({ agent_id: agent, variable, first, last }) => {
          const name = variableText({ agent_id: agent, variable_name: variable }, known);
          return (
            <tr key={name}>
              <th scope="row" className="first-to-last-name">
                <bdi>{name}</bdi>
              </th>
              <td dir="ltr">
                <bdi>{formatValue(first)}</bdi> → <bdi>{formatValue(last)}</bdi>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
