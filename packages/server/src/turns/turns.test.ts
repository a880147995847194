import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

function workFor(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

const nextTurnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("turns", () => {
  it("come at once to one that is alone, before anything that has come in", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    setImmediate(() => seen.push("loop"));
    turns.take(() => seen.push("step"));
    expect(seen).toEqual([]);
    await nextTurnOfLoop();
    expect(seen).toEqual(["step", "loop"]);
  });

  it("go round: who has more to do does it when all others have done theirs", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const work = (name: string, left: number): void => {
      const step = (): void => {
        seen.push(name);
        if (--left > 0) turns.take(step);
      };
      turns.take(step);
    };
    work("a", 3);
    work("b", 2);
    work("c", 1);
    await nextTurnOfLoop();
    expect(seen.join("")).toBe("abcaba");
  });

  it.each([
    ["at once", (): void => workFor(3)],
    ["behind a promise", (): void => void Promise.resolve().then(() => workFor(3))],
    [
      "behind several",
      (): void =>
        void Promise.resolve()
          .then()
          .then()
          .then(() => workFor(3)),
    ],
    ["in the next tick", (): void => process.nextTick(() => workFor(3))],
  ])("let the loop go after a slice of work that is done %s", async (_name, step) => {
    const turns = new Turns();
    const done: number[] = [];
    for (let n = 0; n < 40; n++) {
      turns.take(() => {
        step();
        done.push(n);
      });
    }
    const before: number[] = [];
    while (done.length < 40) {
      await nextTurnOfLoop();
      before.push(done.length);
    }
    // 40 steps of 3 ms in slices of 10: the loop turns some ten times, and at the least more than thrice.
    expect(before.length).toBeGreaterThan(4);
  });

  it("let the loop go after a slice also where each comes by itself, as from connections of their own", async () => {
    let now = 0;
    const done: number[] = [];
    const turns = new Turns(() => now);
    // All of these are called in one turn of the loop, and what each sets off is through before the next.
    for (let n = 0; n < 40; n++) {
      setImmediate(() =>
        turns.take(() => {
          now += 3;
          done.push(n);
        }),
      );
    }
    const perTurnOfLoop: number[] = [];
    for (let before = 0; done.length < 40; before = done.length) {
      await nextTurnOfLoop();
      perTurnOfLoop.push(done.length - before);
    }
    // Four of 3 ms use a slice up.
    expect(Math.max(...perTurnOfLoop)).toBeLessThanOrEqual(8);
  });

  it("come first to who takes nothing of them, in the order in which they came", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    for (const name of ["a", "b"]) turns.take(() => seen.push(name));
    for (const name of ["first", "second"]) turns.take(() => seen.push(name), true);
    await nextTurnOfLoop();
    expect(seen).toEqual(["first", "second", "a", "b"]);
  });

  it("are not taken by who has left", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const step = (): void => void seen.push("left");
    turns.take(() => turns.leave(step));
    turns.take(step);
    turns.take(() => seen.push("stayed"));
    await nextTurnOfLoop();
    expect(seen).toEqual(["stayed"]);
  });
});
