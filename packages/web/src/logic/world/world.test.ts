import type { StateAnswer, VariableWrite } from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import {
  chartAsked,
  chartable,
  chartNamed,
  charts,
  curves,
  firstCharts,
  seriesOf,
  sortAgents,
  worldTable,
} from "./index.ts";

const state = (price: number, wealth: number): StateAnswer => ({
  simulation_id: "run",
  turn: 1,
  global: { price, weather: "dry" },
  agents: { "agent 10": { wealth: 5 }, "agent 2": { wealth, home: "north" } },
  check: "none",
  exact: true,
  gaps: [],
});

describe("the table's rows", () => {
  const mixed: StateAnswer = {
    ...state(1, 1),
    agents: {
      b: { x: 5 },
      a: { x: 5 },
      d: { x: -7 },
      c: { x: "north" },
      e: { x: [1, 2] },
      f: { x: true },
      g: {},
    },
    memory: { a: { plan: 1 }, c: { plan: 1, seen: 2 } },
  };
  const { agents } = worldTable(mixed, undefined);
  const sorted = (sort: Parameters<typeof sortAgents>[2]) =>
    sortAgents(agents, mixed, sort)
      .map(({ agent }) => agent)
      .join("");

  it("are by name, either way round", () => {
    expect(sorted(undefined)).toBe("abcdefg");
    expect(sorted({ column: { of: "agent" }, descending: true })).toBe("gfedcba");
  });

  it("are by any variable: numbers, texts, booleans, lists; who lacks it is last either way, and equal ones stay by name", () => {
    const column = { of: "variable" as const, name: "x" };
    expect(sorted({ column, descending: false })).toBe("dabcfeg");
    expect(sorted({ column, descending: true })).toBe("efcabdg");
    expect(sorted({ column: { of: "variable", name: "toString" }, descending: true })).toBe("abcdefg");
  });

  it("are by how much each remembers", () => {
    expect(sorted({ column: { of: "memory" }, descending: true })).toBe("cabdefg");
  });
});

describe("a list in the table", () => {
  it("is folded: it begins, and says how much more there is", () => {
    const long: StateAnswer = { ...state(1, 1), global: { hand: [1, 2, 3], map: Array(10_000).fill(7) } };
    expect(worldTable(long, undefined).world.map(({ cell }) => cell.text)).toEqual([
      "[1,2,3]",
      "[7,7,7,7,7,7,7,7,… 9992 more]",
    ]);
  });
});

describe("charts that nobody chose", () => {
  const texts = (...given: Parameters<typeof firstCharts>) => firstCharts(...given).map(({ text }) => text);

  it("are those that move", () => {
    const now: StateAnswer = { ...state(99, 900), global: { calm: 1, price: 99 } };
    const before: StateAnswer = { ...state(100, 1000), global: { calm: 1, price: 100 } };
    expect(texts(now, before, [])).toEqual(["*.wealth", "price"]);
  });

  it("stay while the run goes on, also where one of them is not there for a while", () => {
    const before: StateAnswer = { ...state(1, 1), global: { calm: 1, price: 100 } };
    const later: StateAnswer = { ...state(1, 1), global: { calm: 2, price: 100 } };
    expect(texts(later, before, [])).toEqual(["*.wealth", "calm"]);
    expect(texts(later, before, ["*.wealth", "price"])).toEqual(["*.wealth", "price"]);
    expect(texts(later, before, ["*.offer", "price"])).toEqual(["*.offer", "price"]);
  });
});

describe("the world's table", () => {
  it("has a column for every variable, agents in the order of their numbers, and marks what changed", () => {
    const table = worldTable(state(99, 900.5), state(100, 1000));
    expect(table.variables).toEqual(["home", "wealth"]);
    expect(table.agents.map(({ agent }) => agent)).toEqual(["agent 2", "agent 10"]);
    expect(table.agents[0]?.cells).toEqual([
      { text: "north", changed: false, direction: "none" },
      { text: "900.5", changed: true, difference: "−99.5", direction: "down" },
    ]);
    expect(table.agents[1]?.cells).toEqual([undefined, { text: "5", changed: false, direction: "none" }]);
    expect(table.world.map(({ name, cell }) => [name, cell.changed])).toEqual([
      ["price", true],
      ["weather", false],
    ]);
  });

  it("marks nothing where it is not known what was before", () => {
    expect(worldTable(state(99, 1), undefined).world.some(({ cell }) => cell.changed)).toBe(false);
  });

  it("tells beside an agent's variables what it remembers, of agents that have no variables too", () => {
    const remembering = (plan: string): StateAnswer => ({
      ...state(1, 1),
      memory: { "agent 2": { plan }, ghost: { seen: [1] } },
    });
    const table = worldTable(remembering("sell"), remembering("hold"));
    expect(table.hasMemory).toBe(true);
    expect(table.agents.map(({ agent, remembers }) => [agent, remembers?.text, remembers?.changed])).toEqual([
      ["agent 2", '{"plan":"sell"}', true],
      ["agent 10", undefined, undefined],
      ["ghost", '{"seen":[1]}', false],
    ]);
    expect(worldTable(state(1, 1), undefined).hasMemory).toBe(false);
  });

  it("takes nothing that every object has for an agent's or a variable's", () => {
    const odd: StateAnswer = { ...state(1, 1), agents: { constructor: { toString: 1 } } };
    const table = worldTable(odd, state(1, 1));
    expect(table.agents).toEqual([
      {
        agent: "constructor",
        cells: [{ text: "1", changed: true, direction: "none" }],
        remembers: undefined,
      },
    ]);
  });

  it("keeps everything in its place, whatever was written last", () => {
    const later: StateAnswer = {
      ...state(99, 900),
      global: { weather: "wet", price: 99 },
      agents: { "agent 2": { home: "north", wealth: 900 }, "agent 10": { wealth: 5 } },
    };
    const [before, after] = [worldTable(state(100, 1000), undefined), worldTable(later, undefined)];
    expect(after.variables).toEqual(before.variables);
    expect(after.world.map(({ name }) => name)).toEqual(before.world.map(({ name }) => name));
  });

  it("offers numbers for curves, and texts and booleans behind them to be counted", () => {
    expect(chartable(state(1, 2))).toEqual({ world: ["price"], agents: ["wealth"] });
    const mixed = { ...state(1, 2), agents: { ...state(1, 2).agents, bob: { wealth: "none", ill: true } } };
    expect(charts(mixed).map(({ text }) => text)).toEqual([
      "*.wealth",
      "price",
      "*.home",
      "*.ill",
      "weather",
    ]);
  });
});

describe("what a chart is asked for", () => {
  const dotted: StateAnswer = {
    ...state(1, 2),
    global: { "alice.wealth": 112, "bank.rate": 2, price: 1 },
    agents: { alice: { wealth: 223 }, "gpt-4.1": { wealth: 3 } },
  };

  it("is written as names are everywhere, and read so", () => {
    expect(charts(dotted).map(({ text }) => text)).toEqual([
      "*.wealth",
      "global.alice.wealth",
      "bank.rate",
      "price",
    ]);
    expect(curves(dotted).map(({ text }) => text)).toEqual([
      "global.alice.wealth",
      "bank.rate",
      "price",
      "alice.wealth",
      '"gpt-4.1".wealth',
    ]);
    for (const charted of [...charts(dotted), ...curves(dotted)])
      expect(chartNamed(charted.text, dotted)).toEqual(charted);
  });

  it("is the agent's before it is the world's, and nothing where there is no such number", () => {
    expect(chartNamed("alice.wealth", dotted)?.of).toEqual({ agent: "alice" });
    expect(chartNamed("global.alice.wealth", dotted)?.of).toBe("world");
    expect(chartNamed("gpt-4.1.wealth", dotted)?.of).toEqual({ agent: "gpt-4.1" });
    for (const text of ["gold", "*.gold", '"alice', ""]) expect(chartNamed(text, dotted)).toBeUndefined();
  });
});

describe("what a chart is asked for by name", () => {
  it("is what the name means also where the state has none of it, and a text", () => {
    expect(chartAsked("*.offer", state(1, 1))).toEqual({
      text: "*.offer",
      variable: "offer",
      of: "everyone",
    });
    expect(chartAsked("weather", state(1, 1))).toEqual({ text: "weather", variable: "weather", of: "world" });
    expect(chartAsked('"agent 2".home', state(1, 1))?.of).toEqual({ agent: "agent 2" });
    expect(chartAsked('"alice', state(1, 1))).toBeUndefined();
  });
});

describe("a variable over turns", () => {
  const write = (
    turn: number,
    new_value: number | string,
    change?: VariableWrite["change"],
  ): VariableWrite => ({
    turn,
    event_id: `e${turn}-${new_value}`,
    old_value: null,
    new_value,
    ...(change && { change }),
  });

  it("holds its last value of each turn until the next write, and ends with its run", () => {
    const { turns, series } = seriesOf([
      { label: "left", writes: [write(1, 10), write(1, 12), write(3, 7), write(4, 0, "removed")], last: 5 },
      { label: "right", writes: [write(2, 5)], last: 3 },
    ]);
    expect(turns).toEqual([0, 1, 2, 3, 4, 5]);
    expect(series.map(({ values }) => values)).toEqual([
      [null, 12, 12, 7, null, null],
      [null, null, 5, 5],
    ]);
  });

  it("is drawn where it bends, of runs with turns of any number", () => {
    const far = Number.MAX_SAFE_INTEGER;
    const { turns, series } = seriesOf([
      { label: "left", writes: [write(1, 10), write(7, 11), write(far, 12)], last: far },
      { label: "right", writes: [write(7, 5)], last: 2 ** 40 },
    ]);
    expect(turns).toEqual([0, 1, 6, 7, 2 ** 40 - 1, 2 ** 40, far - 1, far]);
    expect(series[0]?.values).toEqual([null, 10, 10, 11, 11, 11, 11, 12]);
    expect(series[1]?.values).toEqual([null, null, null, 5, 5, 5]);
  });
});
