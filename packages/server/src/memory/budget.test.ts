import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget, type Reservation } from "./budget.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a budget", () => {
  it("grants what is left at once and makes the rest wait, first come, first served", async () => {
    const budget = new Budget(10);
    const granted: string[] = [];
    const ask = (name: string, units: number) =>
      budget.reserve(units).then((reservation) => {
        granted.push(name);
        return reservation;
      });
    const [first] = await Promise.all([ask("first", 6), ask("second", 4)]);
    void ask("third", 5);
    void ask("fourth", 1);
    await settled();
    expect(granted).toEqual(["first", "second"]);
    first?.release();
    await settled();
    expect(granted).toEqual(["first", "second", "third", "fourth"]);
  });

  it("grants what is more than all of it, alone", async () => {
    const budget = new Budget(10);
    const all = await budget.reserve(1000);
    expect(budget.left).toBe(0);
    all.release();
    expect(budget.left).toBe(10);
  });

  it("gets back what is not needed after all, once", async () => {
    const budget = new Budget(10);
    const reservation = await budget.reserve(8);
    reservation.resize(3);
    expect(budget.left).toBe(7);
    reservation.release();
    reservation.release();
    reservation.resize(5);
    expect(budget.left).toBe(10);
  });

  it("counts what turns out to be more than was reserved, and makes others wait for all of it", async () => {
    const budget = new Budget(10);
    await budget.reserve(6);
    const reservation = await budget.reserve(2);
    reservation.resize(7);
    expect(budget.left).toBe(-3);
    let isGranted = false;
    const other = budget.reserve(1).then((granted) => {
      isGranted = true;
      return granted;
    });
    await settled();
    expect(isGranted).toBe(false);
    reservation.release();
    await other;
    expect(budget.left).toBe(3);
  });

  it("is never overdrawn, and grants everyone in the end", async () => {
    const step = fc.record({ ask: fc.nat(15), keep: fc.nat(15), releaseFirst: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const budget = new Budget(10);
        const held: Reservation[] = [];
        let granted = 0;
        for (const { ask, keep, releaseFirst } of steps) {
          void budget.reserve(ask).then((reservation) => {
            granted++;
            reservation.resize(Math.min(keep, ask, 10));
            held.push(reservation);
          });
          await settled();
          if (releaseFirst) held.shift()?.release();
          expect(budget.left).toBeGreaterThanOrEqual(0);
        }
        await settled();
        for (let next = held.shift(); next !== undefined; next = held.shift()) {
          next.release();
          await settled();
        }
        expect([granted, budget.left]).toEqual([steps.length, 10]);
      }),
      { numRuns: 50 },
    );
  });
});
