import { describe, expect, it } from "vitest";
import { didYouMean, nearest, nearestNames } from "./index.ts";

describe("the nearest name", () => {
  it.each([
    ["trun", ["turn", "turns", "seed"], "turn"],
    ["intrest_rate", ["interest_rate", "rate"], "interest_rate"],
    ["State", ["STATE", "DETAIL"], "STATE"],
    ["tunrs", ["turns", "name"], "turns"],
    ["xyz", ["turns", "name"], undefined],
    ["a", [], undefined],
    ["x", ["y", "xylophone", "turns"], undefined],
    ["X", ["x"], "x"],
    ["art", ["market"], undefined],
    ["rate", ["interest_rate"], "interest_rate"],
    ["fish", ["fast", "dish"], "dish"],
    ["ana", ["alice", "bob", "uma"], undefined],
    ["ana", ["anna", "alice"], "anna"],
    ["markt", ["market-20261123-074500-1a2b"], "market-20261123-074500-1a2b"],
  ])("to %s among %j is %s", (wrong, names, name) => {
    expect(nearest(wrong, names)).toBe(name);
  });

  it("come with others that are hardly further off, and with no more", () => {
    expect(nearestNames("alise.wealth", ["dave.wealth", "alice.wealth", "alise.health"], 3)).toEqual([
      "alice.wealth",
      "alise.health",
    ]);
    expect(nearestNames("zzz", ["alice", "bob"], 3)).toEqual([]);
  });

  it("is offered only where there is one", () => {
    expect(didYouMean("sed", ["seed"])).toBe('; did you mean "seed"?');
    expect(didYouMean("qqqqqq", ["seed"])).toBe("");
  });
});
