import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawnTurns, MOST_PLACES, ownerCurves } from "./index.ts";

/** What a curve that gets a value at these turns is at the end of a turn: the turn that it got it in. */
const held = (valued: readonly number[], turn: number) => valued.filter((one) => one <= turn).at(-1);

describe("the turns that curves are drawn at", () => {
  it("are all that are told, where a chart has a place for each", () => {
    expect(drawnTurns({ from: 0, to: 5, every: 1 }, [3])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(drawnTurns({ from: 10, to: 21, every: 4 }, [])).toEqual([10, 14, 18, 21]);
  });

  it("are those where values come and go, of more: straight lines between them are what a curve is in each turn", () => {
    const told = fc.record({
      from: fc.nat(1000),
      every: fc.integer({ min: 1, max: 64 }),
      steps: fc.integer({ min: MOST_PLACES, max: 10 ** 9 }),
    });
    fc.assert(
      fc.property(
        told,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        ({ from, every, steps }, at) => {
          const to = from + steps * every + (every >> 1);
          const all = at.map((share) => from + Math.floor(share * steps) * every).sort((a, b) => a - b);
          const turns = drawnTurns({ from, to, every }, all);
          expect(turns.length).toBeLessThanOrEqual(2 * all.length + 2);
          expect([turns[0], turns.at(-1)]).toEqual([from, to]);
          for (const [place, turn] of turns.entries()) {
            expect(turn === to || (turn - from) % every === 0).toBe(true);
            const next = turns[place + 1];
            // From one place to the next nothing changes but in the turn that is told last.
            if (next !== undefined && next - turn > every) expect(held(all, next)).toBe(held(all, turn));
          }
        },
      ),
    );
  });

  it("are few where one agent has a turn of its own making", () => {
    const far = Number.MAX_SAFE_INTEGER;
    const { turns, owners } = ownerCurves({
      simulation_id: "far",
      variable: "*.wealth",
      turn_start: 0,
      turn_end: far,
      every: 1,
      series: [
        { agent_id: "alice", points: [[0, 5], [3, 6], [far]] },
        { agent_id: "bob", points: [[2, "x"]] },
      ],
      complete: true,
      gaps: [],
    });
    expect(turns).toEqual([0, 1, 2, 3, far - 1, far]);
    expect(owners.map(({ values }) => values)).toEqual([
      [5, 5, 5, 6, 6, undefined],
      [undefined, undefined, "x", "x", "x", "x"],
    ]);
  });
});
