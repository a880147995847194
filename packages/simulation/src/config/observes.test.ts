import { describe, expect, it } from "vitest";
import { runSimulation } from "../run/index.ts";
import { GOOD, load, refusal, shown } from "./config.test.fixture.ts";

const observing = (list: string) =>
  GOOD.replace("    type: trader", `    type: trader\n    observes: ${list}`);

describe("who sees what, in a config", () => {
  it("is a list of names, some with noise, and is kept with the run", async () => {
    const list = "[me, global.price, { variable: agents.*.wealth, noise: { gaussian: 5 } }]";
    const { config, sights } = await load(observing(list));
    expect(config).toMatchObject({
      agents: [
        {},
        {
          observes: [
            { variable: "me" },
            { variable: "global.price" },
            { variable: "agents.*.wealth", noise: { gaussian: 5 } },
          ],
        },
      ],
    });
    expect(sights?.of("alice")).toBeUndefined();
    expect(sights?.of("bob")).toBeDefined();
  });

  it.each<[string, string, string]>([
    ["no list", "me", 'sim.yaml:8:15: agents.1.observes is "me": expected a list'],
    [
      "an unknown key",
      "[{ variabel: wealth }]",
      'sim.yaml:8:16: missing key "variable" in agents.1.observes.0: expected text',
    ],
    [
      "noise of an unknown kind",
      "[{ variable: wealth, noise: { gausian: 1 } }]",
      'sim.yaml:8:45: unknown key "gausian" in agents.1.observes.0.noise; did you mean "gaussian"?',
    ],
    [
      "noise of nothing",
      "[{ variable: wealth, noise: { gaussian: 0 } }]",
      "sim.yaml:8:55: agents.1.observes.0.noise.gaussian is 0: expected more than 0",
    ],
    [
      "two kinds of noise",
      "[{ variable: wealth, noise: { gaussian: 1, uniform: 1 } }]",
      "sim.yaml:8:43: agents.1.observes.0.noise is a mapping: expected gaussian or uniform, with an amount",
    ],
    [
      "a name twice",
      "[wealth, me.wealth]",
      "sim.yaml:8:24: agents.1.observes.1: me.wealth is there already, as wealth",
    ],
    [
      "no name",
      "[me..wealth]",
      'sim.yaml:8:16: agents.1.observes.0: expected a variable\'s name ("me..wealth", at character 3: a step between dots is empty; write "" for one without a name)',
    ],
  ])("that is %s is refused with line and column", async (_, list, message) => {
    expect(shown(await refusal(observing(list)))[0]).toBe(message);
  });

  it.each<[string, string, RegExp]>([
    [
      "noise on what is no number",
      "[{ variable: me, noise: { uniform: 1 } }]",
      /sim\.yaml:8:16: agents\.1\.observes\.0: noise is for numbers, and me is "x" at set-up$/,
    ],
    [
      "the world's without saying so",
      "[wealth, price]",
      /sim\.yaml:8:24: agents\.1\.observes\.1: price is bob's own, and bob has none at set-up: the world's is global\.price/,
    ],
  ])("%s is refused at set-up, before there is a log", async (_, list, message) => {
    const engine = `import { BaseEngine } from "@llm-sim/simulation";
export class Engine extends BaseEngine {
  actions = {};
  initialState(agents) {
    return { global: { price: 1 }, agents: Object.fromEntries(agents.map(({ id }) => [id, { wealth: 1, name: "x" }])) };
  }
}`;
    const text = observing(list).replace(
      "type: market, params: { interest_rate: 0.02 }",
      "type: ./engine.mjs",
    );
    const simulation = await load(text, { "engine.mjs": engine });
    await expect(runSimulation(simulation, { stream: "off" })).rejects.toMatchObject({
      code: "CONFIG_INVALID_VALUE",
      message: expect.stringMatching(message),
    });
  });

  it("tells of names that nothing has", async () => {
    const told: string[] = [];
    const simulation = await load(
      observing("[welth, global.news, agents.zed.wealth]").replace(", api_key_env: OPENAI_API_KEY", ""),
    );
    await runSimulation(simulation, { stream: "off", onWarning: (message) => told.push(message) });
    expect(told).toEqual([
      'agents.1.observes.0 names welth, which nothing has after the set-up; did you mean "wealth"?',
      "agents.1.observes.1 names global.news, which nothing has after the set-up",
      "agents.1.observes.2 names agents.zed.wealth, which nothing has after the set-up",
    ]);
  });
});
