import type { VariableSummary } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { summaryDistances, valueInSummary } from "./summary-distance.ts";

type Points = NonNullable<VariableSummary["points"]>;

function summary(turns: number, variables: Record<string, Points>, every_turns = 1) {
  return {
    turns,
    every_turns,
    variables: Object.entries(variables).map(([name, points]) => {
      const [agent_id, variable = ""] = name.includes(".") ? name.split(".") : [undefined, name];
      return { ...(agent_id !== undefined && { agent_id }), variable, writes: points.length, points };
    }),
  };
}

describe("the distance of two runs by their summaries", () => {
  it("begins with the first turn whose end differs, and goes to the last", () => {
    const left = summary(4, {
      price: [
        [0, 10],
        [3, 30],
      ],
      "ann.mood": [[0, "calm"]],
    });
    const right = summary(4, {
      price: [
        [0, 10],
        [2, 20],
        [3, 30],
      ],
      "ann.mood": [
        [0, "calm"],
        [4, "wild"],
      ],
    });
    expect(
      summaryDistances(left, right, 1000).map(({ turn, share, distance }) => [turn, share, distance]),
    ).toEqual([
      [2, 0.5, 10],
      [3, 0, 0],
      [4, 0.5, 0],
    ]);
  });

  it("looks only at turns that both keep, and at no more than are asked for", () => {
    const left = summary(12, { price: [[0, 1]] }, 2);
    const right = summary(12, { price: [[0, 2]] }, 3);
    expect(summaryDistances(left, right, 1000).map(({ turn }) => turn)).toEqual([0, 6, 12]);
    const long = summary(1e9, { price: [[0, 1]] });
    expect(summaryDistances(long, summary(1e9, { price: [[0, 2]] }), 10).length).toBeLessThanOrEqual(11);
  });

  it("takes what is gone for no value", () => {
    const left = summary(2, { price: [[0, 1], [1]] });
    const right = summary(2, { price: [[0, 1]] });
    expect(summaryDistances(left, right, 10)[0]).toMatchObject({ turn: 1, differing: 1, normalised: 1 });
  });
});

describe("a value in a summary", () => {
  it("is the last at or before a turn's end, and without a turn the last of all", () => {
    const price: VariableSummary = {
      variable: "price",
      writes: 2,
      first: 10,
      last: 30,
      points: [
        [0, 10],
        [3, 30],
      ],
    };
    expect([0, 2, 3, 9, undefined].map((turn) => valueInSummary(price, turn))).toEqual([10, 10, 30, 30, 30]);
  });
});
