import { describe, expect, it } from "vitest";
import { GOOD, load, refusal, shown } from "./config.test.fixture.ts";
import { type Override, parseSetting } from "./index.ts";

describe("overrides", () => {
  it("reach everything, agents by their names as well", async () => {
    const { turns, agents, config } = await load(GOOD, {}, [
      { path: "simulation.turns", value: 3 },
      { path: "engine.params.interest_rate", value: 0.5 },
      { path: "agents.alice.initial_state.wealth", value: 5 },
      { path: "agents.1.initial_state.goods", value: 1 },
    ]);
    expect(turns).toBe(3);
    expect(agents.map(({ initial_state }) => initial_state)).toEqual([
      { wealth: 5, invested: 0, goods: 20 },
      { wealth: 1000, invested: 0, goods: 1 },
    ]);
    expect(config).toMatchObject({ engine: { params: { interest_rate: 0.5 } } });
  });

  it("set the turns whichever name the config has for them", async () => {
    const text = GOOD.replace("turns: 50", "max_turns: 50");
    expect((await load(text, {}, [{ path: "simulation.turns", value: 3 }])).turns).toBe(3);
    expect((await load(GOOD, {}, [{ path: "simulation.max_turns", value: 4 }])).turns).toBe(4);
  });

  it("name agents as names are written everywhere: quoted, or the longest that fits", async () => {
    const text = GOOD.replace("name: alice", 'name: "gpt-4.1"').replace("name: bob", 'name: "gpt-4"');
    const goods = async (...paths: string[]) => {
      const overrides = paths.map((path, place) => ({ path, value: place + 1 }));
      const { agents } = await load(text, {}, overrides);
      return agents.map(({ initial_state }) => initial_state?.goods);
    };
    const untouched = await goods();
    expect(await goods('agents."gpt-4.1".initial_state.goods', 'agents."gpt-4".initial_state.goods')).toEqual(
      [1, 2],
    );
    expect(await goods("agents.gpt-4.1.initial_state.goods")).toEqual([1, untouched[1]]);
    expect(await goods("agents.gpt-4.initial_state.goods")).toEqual([untouched[0], 1]);
    expect(await goods("agents.1.initial_state.goods")).toEqual([untouched[0], 1]);
    expect(shown(await refusal(text, {}, [{ path: 'agents."1".type', value: 1 }]))[0]).toContain(
      'there is no "1" in agents',
    );
  });

  it.each<[Override, string]>([
    [
      { path: "simulation.turns", value: 0, source: "--turns 0" },
      "--turns 0: simulation.turns is 0: expected at least 1",
    ],
    [
      { path: "engine.params.intrest_rate", value: 1 },
      'engine.params.intrest_rate: unknown key "intrest_rate" in engine.params; did you mean "interest_rate"?',
    ],
    [
      { path: "agents.alise.type", value: "x", source: "--set agents.alise.type=x" },
      '--set agents.alise.type=x: there is no "alise" in agents; did you mean "alice"?',
    ],
    [
      { path: "simulation.turns.x", value: 1 },
      "simulation.turns.x: simulation.turns is a single value: there is nothing below it to set",
    ],
    [
      { path: "agents.alice.type", value: "tradr" },
      'agents.alice.type: unknown agent "tradr": expected trader, or a path such as ./my-agent.ts; did you mean "trader"?',
    ],
  ])("that are wrong are named", async (override, message) => {
    expect(shown(await refusal(GOOD, {}, [override]))[0]).toBe(message);
  });

  it("are read from PATH=V,V…", () => {
    expect(parseSetting("engine.params.rate=0.1,0.2")).toEqual({
      path: "engine.params.rate",
      values: [0.1, 0.2],
    });
    expect(parseSetting("a.b=x")).toEqual({ path: "a.b", values: ["x"] });
    expect(parseSetting("a.b=[1, 2],true")).toEqual({ path: "a.b", values: [[1, 2], true] });
    expect(parseSetting('agents."Dr. = Smith".params.x=1=2')).toEqual({
      path: 'agents."Dr. = Smith".params.x',
      values: ["1=2"],
    });
    for (const wrong of [
      "a.b",
      "=1",
      "a..b=1",
      "a.b=",
      "a.b=[",
      "a b=1",
      'agents."x.type=1',
      "a.__proto__=1",
    ]) {
      expect(() => parseSetting(wrong)).toThrow(/is no setting/);
    }
  });
});
