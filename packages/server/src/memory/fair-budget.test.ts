import { expect, it } from "vitest";
import { FairBudget } from "./fair-budget.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("gives no one client more than half, however much it asks, and the others the rest", async () => {
  const budget = new FairBudget(10);
  const granted: string[] = [];
  const ask = (client: string, units: number) =>
    budget.reserve(client, units).then((reservation) => {
      granted.push(client);
      return reservation;
    });
  const first = await ask("slow", 4);
  void ask("slow", 4);
  void ask("slow", 1000);
  await ask("quick", 5);
  await settled();
  expect(granted).toEqual(["slow", "quick"]);
  first.release();
  first.release();
  await settled();
  expect(granted).toEqual(["slow", "quick", "slow"]);
});

it("counts what a reservation turns out to be", async () => {
  const budget = new FairBudget(10);
  const one = await budget.reserve("a", 5);
  one.resize(1);
  const other = await budget.reserve("a", 4);
  let isGranted = false;
  void budget.reserve("a", 1).then(() => {
    isGranted = true;
  });
  await settled();
  expect(isGranted).toBe(false);
  other.release();
  await settled();
  expect(isGranted).toBe(true);
});
