import type { JsonObject } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { commonConfig } from "./common-config.ts";

const config = (rate: number, more: JsonObject = {}): JsonObject => ({
  simulation: { name: "market", turns: 5, seed: 7 },
  engine: { type: "market", params: { rate, ...more } },
  agents: [
    { name: "gpt-4.1", type: "trader", params: { greed: 1 } },
    { name: "bob", type: "trader" },
  ],
});

describe("what the configs of a batch have in common", () => {
  const { hash } = commonConfig([config(0.1), config(0.2)], ["engine.params.rate"]);

  it("has a hash that neither seed nor what is set changes", () => {
    expect(hash).toMatch(/^[0-9a-f]{8}$/);
    const other = { ...config(0.5), simulation: { name: "market", turns: 5, seed: 8 } };
    expect(commonConfig([other], ["engine.params.rate"]).hash).toBe(hash);
  });

  it.each([
    ["another setting is other", [config(0.1, { tax: 1 })], ["engine.params.rate"]],
    ["something else is set", [config(0.1)], ["engine.params.tax"]],
    ["nothing is set", [config(0.1)], []],
  ])("has another where %s", (_, configs, paths) => {
    expect(commonConfig(configs, paths).hash).not.toBe(hash);
  });

  it("finds settings as names are read everywhere, and turns by both their names", () => {
    const setting = 'agents."gpt-4.1".params.greed';
    const greedy: JsonObject = {
      ...config(0.1),
      agents: [
        { name: "gpt-4.1", type: "trader", params: { greed: 9 } },
        { name: "bob", type: "trader" },
      ],
    };
    expect(commonConfig([greedy], [setting]).hash).toBe(commonConfig([config(0.1)], [setting]).hash);
    const long = { ...config(0.1), simulation: { name: "market", turns: 9, seed: 7 } };
    expect(commonConfig([long], ["simulation.max_turns"]).hash).toBe(
      commonConfig([config(0.1)], ["simulation.turns"]).hash,
    );
  });

  it("leaves out what goes with a setting, as a text does with its file", () => {
    const prompted = (file: string, text: string, type = "llm"): JsonObject => ({
      agents: [{ name: "a", type, prompt: { system: { file, text } } }],
    });
    const path = "agents.a.prompt.system.file";
    const both = commonConfig([prompted("a.md", "A"), prompted("b.md", "B")], [path]);
    expect(commonConfig([prompted("c.md", "C"), prompted("b.md", "B")], [path]).hash).toBe(both.hash);
    expect(commonConfig([prompted("a.md", "A", "x"), prompted("b.md", "B", "x")], [path]).hash).not.toBe(
      both.hash,
    );
  });

  it("is held against another config, by the first setting that differs", () => {
    const { differenceFrom } = commonConfig([config(0.1)], ["engine.params.rate"]);
    expect(differenceFrom(config(0.4))).toBeUndefined();
    expect(differenceFrom({ ...config(0.4), simulation: { name: "market", turns: 6, seed: 1 } })).toBe(
      "simulation.turns is 5 here, and 6 there",
    );
    expect(differenceFrom(config(0.4, { tax: 1 }))).toBe("engine.params.tax is not set here, and 1 there");
  });
});
