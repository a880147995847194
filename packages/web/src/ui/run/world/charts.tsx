import { useMemo } from "react";
import type { WorldState } from "../../../logic/api/index.ts";
import { toggle } from "../../../logic/view/index.ts";
import { chartable } from "../../../logic/world/index.ts";
import { Empty, Popover } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import { VariableChart } from "./variable-chart.tsx";

/** A chart for each chosen variable, one under another over the same turns. */
export function Charts({ state, before }: { state: WorldState; before: WorldState | undefined }) {
  const { view } = useRun();
  const chosen = useView((one) => one.variables);
  const { world, agents } = useMemo(() => chartable(state), [state]);
  // The world's variables stand under their own name, agents' under `*.` and theirs.
  const names = [...agents.map((name) => `*.${name}`), ...world];
  const shown =
    chosen.length > 0
      ? chosen.filter((name) => names.includes(name))
      : firstChoice(state, before, agents, world);
  if (names.length === 0)
    return <Empty title="No variable is a number">There is nothing to draw a curve of.</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
    <section className="charts" tabIndex={0} aria-label="Charts">
      <div className="charts-head">
        <Popover label="Variables">
          {() => (
            <div className="menu">
              <fieldset className="menu-list" aria-label="Variables">
                {names.map((name) => (
                  <label key={name} className="menu-choice">
                    <input
                      type="checkbox"
                      checked={shown.includes(name)}
                      onChange={() => view.set({ variables: toggle(shown, name) })}
                    />
                    <span className="name">{labelOf(name)}</span>
                    <span className="count">{name.startsWith("*.") ? "agents" : "world"}</span>
                  </label>
                ))}
              </fieldset>
            </div>
          )}
        </Popover>
      </div>
      {shown.length === 0 && (
        <Empty title="Nothing to draw here">
          {`Not a number at this moment: ${chosen.map(labelOf).join(", ")}. Choose others above.`}
        </Empty>
      )}
      {shown.map((name) => (
        <VariableChart key={name} variable={labelOf(name)} ofAgents={name.startsWith("*.")} state={state} />
      ))}
    </section>
  );
}

function labelOf(name: string): string {
  return name.replace(/^\*\./, "");
}

/** Where nobody has chosen yet: a variable of the agents and one of the world, those that move before those that stand. */
function firstChoice(
  state: WorldState,
  before: WorldState | undefined,
  agents: readonly string[],
  world: readonly string[],
): string[] {
  const moving = (name: string) =>
    Object.keys(state.agents).filter((agent) => state.agents[agent]?.[name] !== before?.agents[agent]?.[name])
      .length;
  const own = agents.toSorted((one, other) => moving(other) - moving(one))[0];
  // What comes and goes (an offer, say) has no curve to speak of.
  const lasting = world.filter((name) => before?.global[name] !== undefined);
  const shared = lasting.find((name) => state.global[name] !== before?.global[name]) ?? world[0];
  return [...(own === undefined ? [] : [`*.${own}`]), ...(shared === undefined ? [] : [shared])];
}
