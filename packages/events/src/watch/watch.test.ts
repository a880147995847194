import { describe, expect, it } from "vitest";
import { compileWatch } from "./watch.ts";
import { isWatchError } from "./watch-error.ts";

const others = {
  "Dr. Smith": { wealth: 1 },
  "gpt-4.1": { wealth: 2 },
  global: { x: 4 },
  not: { wealth: 9 },
};
const world = {
  global: {
    größe: "groß",
    "gold price": 3,
    ledger: { 7: { amount: 7 } },
    price: 10,
    weather: "fair",
    offers: { bob: { price: 4 } },
    names: ["a"],
  },
  agents: { alice: { wealth: -5, inventory: { gold: 3 } }, bob: { wealth: 20, mood: "angry" }, ...others },
};
const flat = {
  global: {
    größe: "groß",
    "gold price": 3,
    "ledger.7.amount": 7,
    price: 10,
    weather: "fair",
    "offers.bob.price": 4,
    names: ["a"],
  },
  agents: { alice: { wealth: -5, "inventory.gold": 3 }, bob: { wealth: 20, mood: "angry" }, ...others },
};

/** Whether it holds in turn 4, of the nested state and of the flat one alike. */
function holds(text: string): boolean {
  const watch = compileWatch(text);
  const [nested, folded] = [watch.evaluate(world, 4), watch.evaluate(flat, 4)];
  expect(folded).toEqual(nested);
  return nested !== undefined;
}

describe("a watch expression", () => {
  it.each([
    ["alice.wealth < 0", true],
    ["alice.wealth < -5", false],
    ["alice.inventory.gold == 3", true],
    ['alice["inventory"].gold == 3', true],
    ['"alice".wealth + 6 == 1', true],
    ["agents.bob.wealth >= 20", true],
    ["price == 10", true],
    ["global.price * 2 == 20", true],
    ["offers.bob.price < 5", true],
    ["bob.price == null", true],
    ["price", true],
    ["weather == 'fair' and turn == 4", true],
    ['weather == "fair" && turn > 4', false],
    ["turn > 4 or price / 4 == 2.5", true],
    ["not (price > 11)", true],
    ["!(price > 11) and price % 3 == 1", true],
    ["1 + 2 * 3 == 7 and (1 + 2) * 3 == 9", true],
    ["-price == -10", true],
    ["turn > 3 and not alice.poor", true],
    ["weather < 5", false],
    ["offers == null", true],
    ["price / 0 > 1", false],
    ["carol.wealth < 0", false],
    ["constructor != null", false],
    ["toString.length == null", true],
    ["this.wealth == null", true],
    ["global.alice.wealth == null", true],
    ["global.ledger.7.amount - -5 == 12", true],
    ['"Dr. Smith".wealth == 1 and "gpt-4.1".wealth < .5 + 2', true],
    ['agents."global".x == 4 and global.x == null', true],
    ["agents.alice.wealth < 0 and 'Dr. Smith'.wealth==1", true],
    ["not.wealth == 9 and not (not.wealth == 8)", true],
    ["größe == 'groß' and 2*größe == null", true],
    ['global."gold price" == 3 and "gold price" == "gold price"', true],
    ["alice . wealth==-5", true],
  ])("%s holds: %s", (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it("binds every wildcard to the same agent, and names the first for whom it holds", () => {
    expect(compileWatch("*.wealth < 0").evaluate(world, 1)).toEqual({ agent_id: "alice" });
    expect(compileWatch("*.wealth > 0 and *.mood == 'angry'").evaluate(world, 1)).toEqual({
      agent_id: "bob",
    });
    expect(compileWatch("*.wealth < 0 and *.mood == 'angry'").evaluate(world, 1)).toBeUndefined();
    expect(compileWatch("agents.*.wealth > price").evaluate(world, 1)).toEqual({ agent_id: "bob" });
    expect(compileWatch("2*price == 20 and 2 *price == 20").evaluate(world, 1)).toEqual({});
  });

  it("binds no agent who has nothing of that name", () => {
    expect(compileWatch("*.mood == null").evaluate(world, 1)).toBeUndefined();
  });

  it.each([
    ["", 0, "empty"],
    ["alice.wealth = 3", 13, "write =="],
    ["alice.wealth <", 14, "Expected expression"],
    ["(price > 3", 10, "Unclosed"],
    ["price > 3; price < 4", 11, "another begins"],
    ["3 3", 2, "another begins"],
    ["price > 3 weather", 10, "another begins"],
    ["max(price, 3) > 4", 2, "no functions"],
    ["price == [1]", 9, "no lists"],
    ["price > 3 ? 1 : 2", 10, "?:"],
    ["price ** 2 > 4", 6, "no operator **"],
    ["'a & b' == weather & 1", 19, "no operator &"],
    ["~price > 2", 0, "no operator ~"],
    ["turn > 1 and not price < 2", 13, "write not ("],
    ["price > 3 and *.wealth.", 23, "nexpected"],
  ])("refuses %j at %i: %s", (text, position, problem) => {
    const error = failure(() => compileWatch(text));
    expect(isWatchError(error)).toBe(true);
    expect(error).toMatchObject({ code: "WATCH_INVALID", text, position });
    expect(String(error)).toContain(problem);
  });

  it("says where each name stands", () => {
    const names = (text: string) => compileWatch(text).variables.map((named) => [named.text, named.position]);
    expect(names('price > alice.price and *.price < "a b".price')).toEqual([
      ["price", 0],
      ["alice.price", 8],
      ["*.price", 24],
      ['"a b".price', 34],
    ]);
  });
});

function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
