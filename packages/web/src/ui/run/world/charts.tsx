import type { StateAnswer } from "@llm-sim/api";
import { memberOf } from "@llm-sim/events/schema";
import { useMemo } from "react";
import { toggle } from "../../../logic/view/index.ts";
import { type Charted, chartAsked, charts } from "../../../logic/world/index.ts";
import { Empty, Popover, useFirstFocus } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import { VariableChart } from "./variable-chart.tsx";

/** A chart for each chosen variable, one under another over the same turns. */
export function Charts({ state, before }: { state: StateAnswer; before: StateAnswer | undefined }) {
  const { view } = useRun();
  const chosen = useView((one) => one.variables);
  const choices = useMemo(() => charts(state), [state]);
  const asked = useMemo(() => chosen.flatMap((name) => chartAsked(name, state) ?? []), [chosen, state]);
  const shown = chosen.length > 0 ? asked : firstChoice(state, before, choices);
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
            <span className="name">{variable}</span>
            <span className="count">{of === "everyone" ? "agents" : "world"}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}

/** Where nobody has chosen yet: a variable of the agents and one of the world, those that move before those that stand. */
function firstChoice(
  state: StateAnswer,
  before: StateAnswer | undefined,
  choices: readonly Charted[],
): Charted[] {
  const moving = ({ variable }: Charted) =>
    Object.keys(state.agents).filter(
      (agent) =>
        memberOf(state.agents[agent], variable) !== memberOf(memberOf(before?.agents, agent), variable),
    ).length;
  const [own] = choices
    .filter(({ of }) => of === "everyone")
    .sort((one, other) => moving(other) - moving(one));
  const world = choices.filter(({ of }) => of === "world");
  // What comes and goes (an offer, say) has no curve to speak of.
  const lasting = world.filter(({ variable }) => memberOf(before?.global, variable) !== undefined);
  const shared =
    lasting.find(({ variable }) => state.global[variable] !== memberOf(before?.global, variable)) ?? world[0];
  return [own, shared].filter((one) => one !== undefined);
}
