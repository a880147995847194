import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiError } from "../errors/index.ts";
import { Admission } from "./admission.ts";

const never = (): AbortSignal => new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function admission({ atOnce = 2, waitingPerClient = 10, waiting = 20 } = {}) {
  const lane = new Admission({ atOnce, waitingPerClient, waiting });
  const inside: string[] = [];
  const order: string[] = [];
  const done = new Map<string, () => void>();
  const enter = (name: string, signal = never()): Promise<void> =>
    lane.enter(name.split(" ")[0] ?? name, signal).then((leave) => {
      order.push(name);
      inside.push(name);
      done.set(name, () => {
        inside.splice(inside.indexOf(name), 1);
        leave();
      });
    });
  return { lane, enter, inside, order, leave: (name: string) => done.get(name)?.() };
}

describe("the admission of questions", () => {
  it("lets so many in, and the next when one is done with", async () => {
    const { enter, inside, leave } = admission();
    for (const name of ["a", "b", "c"]) void enter(name);
    await settled();
    expect(inside).toEqual(["a", "b"]);
    leave("a");
    await settled();
    expect(inside).toEqual(["b", "c"]);
  });

  it("takes the clients in turn, however much one of them asks", async () => {
    const { enter, order, inside, leave } = admission();
    for (let number = 1; number <= 6; number++) void enter(`greedy ${number}`);
    for (const name of ["ann 1", "ann 2", "bob 1"]) void enter(name);
    while (order.length < 9) {
      await settled();
      leave(inside[0] ?? "");
    }
    expect(order.indexOf("ann 2")).toBeLessThan(order.indexOf("greedy 4"));
    expect(order.indexOf("bob 1")).toBeLessThan(order.indexOf("greedy 4"));
  });

  it("leaves half of its places to others than any one client", async () => {
    const { enter, inside } = admission({ atOnce: 4 });
    for (let number = 1; number <= 6; number++) void enter(`greedy ${number}`);
    await settled();
    expect(inside).toEqual(["greedy 1", "greedy 2"]);
    void enter("ann");
    await settled();
    expect(inside).toContain("ann");
  });

  it("refuses what would wait behind too many, of a client or of all, and says when to ask again", async () => {
    const { enter } = admission({ waitingPerClient: 2, waiting: 3 });
    for (const name of ["a 1", "a 2", "a 3", "b 1", "b 2"]) void enter(name);
    for (const name of ["a 4", "c 1"]) {
      const refusal = await enter(name).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ApiError);
      expect(refusal).toMatchObject({ code: "OVERLOADED", statusCode: 503 });
      expect(refusal).toHaveProperty(
        "retryAfter",
        expect.toSatisfy((seconds) => seconds >= 1 && seconds <= 30),
      );
    }
  });

  it("forgets who goes while it waits", async () => {
    const { lane, enter, inside, leave } = admission({ atOnce: 1, waitingPerClient: 1, waiting: 1 });
    void enter("a");
    const going = new AbortController();
    const waits = enter("b", going.signal);
    going.abort();
    await expect(waits).rejects.toThrow(/abort/);
    expect(lane.waiting).toBe(0);
    void enter("c");
    leave("a");
    await settled();
    expect(inside).toEqual(["c"]);
  });

  it("lets nobody wait for ever, and never more in than there are places", async () => {
    const client = fc.constantFrom("a", "b", "c");
    const step = fc.record({ client, leaves: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { enter, inside, order, leave } = admission({ waitingPerClient: 40, waiting: 40 });
        for (const [number, { client: who, leaves }] of steps.entries()) {
          void enter(`${who} ${number}`);
          await settled();
          expect(inside.length).toBeLessThanOrEqual(2);
          if (leaves) leave(inside[0] ?? "");
        }
        await settled();
        while (inside.length > 0) {
          leave(inside[0] ?? "");
          await settled();
        }
        expect(order.toSorted()).toEqual(
          steps.map(({ client: who }, number) => `${who} ${number}`).toSorted(),
        );
      }),
      { numRuns: 40 },
    );
  });
});
