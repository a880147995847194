import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lake, type Tale, told } from "../told-run.test.fixture.ts";
import { decimal, minus, parseDecimal, plus, signed, ZERO } from "./decimal.ts";

/** One variable written value by value, by causes in turn. */
function written(values: readonly (number | string | undefined)[]): Tale {
  return (stream, world) => {
    world.set(stream, "purse", 0);
    for (const [at, value] of values.entries()) {
      const turn = stream.startTurn(at + 1);
      const action = turn.action("ann", `deed-${at % 3}`, {});
      turn.because(action, (inside) => world.set(inside, "purse", value));
      turn.end(world.hashed);
    }
  };
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 100),
);

describe("the ledger of a number", () => {
  it("adds up exactly, from any turn to any turn", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(number, { minLength: 1, maxLength: 12 }),
        fc.nat(12),
        async (values, from) => {
          await told(written(values), async ({ explain }) => {
            const since = Math.min(from, values.length);
            const { ledger } = await explain.why({ variable: "purse", since });
            const all = [0, ...values.map((value) => (value === 0 ? 0 : value))];
            expect(ledger?.from.value).toBe(all[since]);
            expect(ledger?.to.value).toBe(all.at(-1));
            const sum = (ledger?.entries ?? []).map(({ amount }) => parseDecimal(amount)).reduce(plus, ZERO);
            const change = minus(decimal(all.at(-1) ?? 0), decimal(all[since] ?? 0));
            expect(signed(sum)).toBe(signed(change));
            expect(ledger?.change).toBe(signed(change));
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("adds up over turns, too: of each entry to its own amount, in however many stretches", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(number, { minLength: 1, maxLength: 12 }),
        fc.nat(12),
        fc.integer({ min: 1, max: 14 }),
        async (values, from, stretches) => {
          await told(written(values), async ({ explain }) => {
            const since = Math.min(from, values.length);
            const { ledger } = await explain.why({ variable: "purse", since, stretches });
            const over = ledger?.stretches ?? [];
            expect(over.length).toBeLessThanOrEqual(stretches);
            for (const [at, { amount }] of (ledger?.entries ?? []).entries()) {
              const sum = over.map(({ amounts }) => parseDecimal(amounts[at] ?? "x")).reduce(plus, ZERO);
              expect(signed(sum)).toBe(amount);
            }
            if (over.length > 0) expect(over.at(-1)?.value).toBe(ledger?.to.value);
            const turns = over.flatMap(({ turn_start, turn_end }) => [turn_start, turn_end]);
            expect(turns).toEqual(turns.toSorted((a, b) => a - b));
          });
        },
      ),
      { numRuns: 40 },
    ));

  it("says which causes contributed how much, how often and when, the largest first", () =>
    told(lake(4), async ({ explain }) => {
      const { ledger } = await explain.why({ variable: "fish", turn: 3 });
      expect(ledger).toMatchObject({ from: { value: 100, turn: 0 }, to: { turn: 3 } });
      expect(
        ledger?.entries.map(({ label, count, turn_start, turn_end, every_turn }) => ({
          label,
          count,
          turn_start,
          turn_end,
          every_turn,
        })),
      ).toEqual(
        ["harvest by ann", "harvest by bob", "growth"].map((label) => ({
          label,
          count: 3,
          turn_start: 1,
          turn_end: 3,
          every_turn: true,
        })),
      );
    }));

  it("begins anew behind a value that is no number, and there is none for one", async () => {
    await told(written([5, "broke", 7, 9]), async ({ explain }) => {
      const { ledger } = await explain.why({ variable: "purse" });
      expect(ledger).toMatchObject({ from: { value: 7, turn: 3 }, to: { value: 9, turn: 4 }, change: "+2" });
      expect((await explain.why({ variable: "purse", turn: 2 })).ledger).toBeUndefined();
    });
    await told(written([5, undefined, 7, 9]), async ({ explain }) => {
      expect((await explain.why({ variable: "purse" })).ledger?.change).toBe("+2");
      const gone = await explain.why({ variable: "purse", turn: 2 });
      expect(gone.value).toBeUndefined();
      expect(gone.ledger).toBeUndefined();
    });
  });

  it("has an entry for changes that the log has lost, so that it still adds up", () =>
    told(
      written([1, 2.5, 4, 8]),
      async ({ explain }) => {
        const { ledger } = await explain.why({ variable: "purse" });
        expect(ledger?.change).toBe("+8");
        const lost = ledger?.entries.find(({ event_type }) => event_type === undefined);
        expect(lost).toMatchObject({ label: "changes the log does not have", amount: "+1.5", turn_start: 3 });
      },
      { lines: (lines) => lines.filter((line) => !line.includes('"new_value":2.5')) },
    ));

  it("tells of the smallest of very many causes together", () =>
    told(
      (stream, world) => {
        world.set(stream, "purse", 0);
        for (let turn = 1; turn <= 150; turn++) {
          const scope = stream.startTurn(turn);
          scope.because(scope.action(`agent-${turn}`, "pay", {}), (inside) =>
            world.set(inside, "purse", world.number("purse") + turn),
          );
          scope.end(world.hashed);
        }
      },
      async ({ explain }) => {
        const { ledger } = await explain.why({ variable: "purse" });
        expect(ledger?.entries).toHaveLength(100);
        expect(ledger?.entries[0]).toMatchObject({ label: "pay by agent-150", amount: "+150" });
        expect(ledger?.entries.at(-1)).toMatchObject({
          label: "51 other causes",
          amount: "+1326",
          count: 51,
        });
      },
    ));
});
