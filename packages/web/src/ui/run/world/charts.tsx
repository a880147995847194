import type { StateAnswer } from "@llm-sim/api";
import { useMemo, useRef } from "react";
import { toggle } from "../../../logic/view/index.ts";
import { agentsOf, type Charted, chartAsked, charts, firstCharts } from "../../../logic/world/index.ts";
import { Empty, Popover, useFirstFocus } from "../../parts/index.ts";
import { FilterNote } from "../filter/index.ts";
import { useRun, useView } from "../session.ts";
import { VariableChart } from "./variable-chart.tsx";

/** A chart for each chosen variable, one under another over the same turns. */
export function Charts({ state, before }: { state: StateAnswer; before: StateAnswer | undefined }) {
  const { view } = useRun();
  const chosen = useView((one) => one.variables);
  const choices = useMemo(() => charts(state), [state]);
  const asked = useMemo(() => chosen.flatMap((name) => chartAsked(name, state) ?? []), [chosen, state]);
  const kept = useRef<readonly string[]>([]);
  const shown = chosen.length > 0 ? asked : firstCharts(state, before, kept.current);
  kept.current = chosen.length > 0 ? [] : shown.map(({ text }) => text);
  const texts = shown.map(({ text }) => text);
  if (choices.length === 0)
    return <Empty title="Nothing to draw">No variable is a number, a text or a boolean.</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
    <section className="charts" tabIndex={0} aria-label="Charts">
      <div className="charts-head">
        <Popover label="Variables">
          {() => (
            <VariableChoices
              choices={choices}
              chosen={texts}
              onToggle={(text) => view.set({ variables: toggle(texts, text) })}
            />
          )}
        </Popover>
      </div>
      <FilterNote here={agentsOf(state)} />
      {shown.length === 0 && (
        <Empty title="Nothing to draw here">
          {`No name of a variable: ${chosen.join(", ")}. Choose others above.`}
        </Empty>
      )}
      {shown.map((charted) => (
        <VariableChart key={charted.text} charted={charted} />
      ))}
    </section>
  );
}

interface VariableChoicesProps {
  choices: readonly Charted[];
  chosen: readonly string[];
  onToggle: (text: string) => void;
}

function VariableChoices({ choices, chosen, onToggle }: VariableChoicesProps) {
  const first = useFirstFocus<HTMLInputElement>();
  return (
    <div className="menu">
      <fieldset className="menu-list" aria-label="Variables">
        {choices.map(({ text, variable, of }, at) => (
          <label key={text} className="menu-choice">
            <input
              ref={at === 0 ? first : undefined}
              type="checkbox"
              checked={chosen.includes(text)}
              onChange={() => onToggle(text)}
            />
            <bdi className="name">{variable}</bdi>
            <span className="count">{of === "everyone" ? "agents" : "world"}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}
