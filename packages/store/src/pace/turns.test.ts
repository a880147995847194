import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

/** Tells of each loop of the thread until `over`. */
async function loops(over: Promise<unknown>, each: () => void): Promise<void> {
  const next = (): Promise<"loop"> => new Promise((resolve) => setImmediate(() => resolve("loop")));
  while ((await Promise.race([over, next()])) === "loop") each();
}

describe("the turns of long answers", () => {
  it("let the loop go after each slice, however many answers there are", async () => {
    const turns = new Turns(0);
    let [steps, most] = [0, 0];
    const answer = async (): Promise<void> => {
      for (let step = 0; step < 20; step++) {
        if (turns.isDue) await turns.next();
        steps++;
      }
    };
    const answers = Promise.all(Array.from({ length: 50 }, answer));
    let before = steps;
    await loops(answers, () => {
      most = Math.max(most, steps - before);
      before = steps;
    });
    expect(steps).toBe(1000);
    expect(most).toBeLessThanOrEqual(2);
  });

  it("come one after the other, so that all answers go on alike", async () => {
    const turns = new Turns(0);
    const order: number[] = [];
    const answer = async (name: number): Promise<void> => {
      for (let step = 0; step < 3; step++) {
        await turns.next();
        order.push(name);
      }
    };
    await Promise.all([1, 2, 3].map(answer));
    expect(order).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it("are not due before the slice is used up, by whoever", async () => {
    const turns = new Turns(1_000_000);
    expect([turns.isDue, turns.isDue]).toEqual([false, false]);
  });
});
