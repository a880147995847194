import { expect, it } from "vitest";
import { SimulationOrchestrator } from "../index.ts";
import { GOOD, load, shown } from "./config.test.fixture.ts";
import { isConfigError } from "./index.ts";

/** Does one thing in each turn, and nothing but what its engine lets it do. */
const STUBBORN = `import { ParamsError } from "@llm-sim/simulation";
export class Stubborn {
  constructor({ params, actions }) {
    if (actions && !Object.hasOwn(actions, params.does)) throw new ParamsError("the engine has no " + params.does, ["does"]);
    this.does = params.does;
  }
  decide(_, { actions }) {
    const payload = actions[this.does].payload.parse({ amount: 1 });
    return { decision_type: this.does, actions: [{ action_type: this.does, payload }] };
  }
}`;
const text = (does: string) =>
  GOOD.replace("    type: trader", `    type: ./stubborn.mjs\n    params: { does: ${does} }`);

it("what a class of agents refuses of its params has a place in the config, also where that is the engine's to know", async () => {
  const simulation = await load(text("fly"), { "stubborn.mjs": STUBBORN });
  let error: unknown;
  try {
    expect(new SimulationOrchestrator(simulation)).toBeUndefined();
  } catch (refused) {
    error = refused;
  }
  if (!isConfigError(error)) throw error;
  expect(shown(error)).toEqual(["sim.yaml:8:21: the engine has no fly"]);
});

it("what an engine lets agents do is known to each of them", async () => {
  const simulation = await load(
    text("invest")
      .replace("turns: 50", "turns: 1")
      .replace(/^llm:.*$/m, ""),
    { "stubborn.mjs": STUBBORN },
  );
  const { troubles } = await new SimulationOrchestrator(simulation, { stream: "off", signals: false }).run();
  expect(troubles).toMatchObject({ failures: 0, refusals: 0 });
});
