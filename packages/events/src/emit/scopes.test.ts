import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { EventStream, Scope } from "../index.ts";
import { openMemoryStream } from "../testing/index.ts";

const open = (options: Parameters<typeof openMemoryStream>[0] = {}) =>
  openMemoryStream({ verbosity: "DETAIL", ...options });
const both = ["async", "explicit"] as const;

/** A thenable that is no Promise, as other libraries make them. */
function promiseOfAnotherHand<T>(value: T): PromiseLike<T> {
  const promise = new Promise<T>((resolve) => setTimeout(() => resolve(value), 5));
  return new Proxy(promise, {
    get: (target, key) => (key === "then" ? target.then.bind(target) : undefined),
    getPrototypeOf: () => Object.prototype,
  });
}

describe.each(both)("with %s scopes", (scopes) => {
  it("a scope object gives its own cause, wherever it is called", async () => {
    const { stream, events } = await open({ scopes });
    const [outer, inner] = [stream.decision("a", "outer"), stream.decision("a", "inner")];
    let kept: Scope | undefined;
    stream.because(outer, (outerScope) => {
      stream.because(inner, (innerScope) => {
        kept = innerScope;
        outerScope.action("a", "by outer");
        innerScope.action("a", "by inner");
        innerScope.because(outer, (again) => again.action("a", "by outer again"));
      });
    });
    await delay(1);
    kept?.action("a", "by inner later");
    const causes = events()
      .slice(-4)
      .map((event) => event.caused_by);
    expect(causes).toEqual([[outer.event_id], [inner.event_id], [outer.event_id], [inner.event_id]]);
  });

  it("a turn is a scope: sync, async, throwing and ended early", async () => {
    const { stream, events } = await open({ scopes });
    const milestones = () =>
      events()
        .flatMap((event) => event.milestone_type ?? event.error_type ?? [])
        .slice(1);
    expect(stream.turn(1, (turn) => typeof turn.action("a", "x"))).toBe("object");
    expect(milestones()).toEqual(["turn_start", "turn_end"]);
    const promise = stream.turn(2, async (turn) => {
      await delay(2);
      turn.action("a", "x");
      return "async";
    });
    expect(milestones()).toHaveLength(3);
    expect(await promise).toBe("async");
    expect(milestones()).toHaveLength(4);
    expect(() =>
      stream.turn(3, () => {
        throw new Error("sync trouble");
      }),
    ).toThrow("sync trouble");
    await expect(
      stream.turn(4, async () => {
        await delay(1);
        throw new Error("async trouble");
      }),
    ).rejects.toThrow("async trouble");
    const failed = ["turn_start", "turn_failed", "turn_end"];
    expect(milestones().slice(4)).toEqual([...failed, ...failed]);
    stream.turn(5, (turn) => {
      const end = turn.end({ details: { agents: 3 } });
      expect(turn.end()).toBe(end);
    });
    expect(events().at(-1)).toMatchObject({
      milestone_type: "turn_end",
      turn_number: 5,
      details: { agents: 3 },
    });
    expect(milestones().slice(10)).toEqual(["turn_start", "turn_end"]);
    const failure = events().find((event) => event.error_type === "turn_failed");
    expect(failure?.description).toBe("Turn 3 failed: sync trouble");
  });

  it("a turn that is still open ends with the next one, and with a run that is completed", async () => {
    const { stream, events } = await open({ scopes });
    stream.startTurn(1);
    stream.startTurn(2);
    await stream.close();
    expect(events().map((event) => [event.milestone_type, event.turn_number])).toEqual([
      ["simulation_start", 0],
      ["turn_start", 1],
      ["turn_end", 1],
      ["turn_start", 2],
      ["turn_end", 2],
      ["simulation_end", 2],
    ]);
    const interrupted = await open({ scopes });
    interrupted.stream.startTurn(1);
    await interrupted.stream.close({ status: "interrupted" });
    expect(interrupted.events().map((event) => event.milestone_type)).not.toContain("turn_end");
  });

  it("what a turn throws goes on to the caller, whatever it is", async () => {
    const { stream } = await open({ scopes });
    for (const [before, thrown] of [undefined, null, 7, "x", Object.create(null), Symbol("s")].entries()) {
      let caught: unknown = "nothing";
      try {
        stream.turn(before + 1, (): string => {
          throw thrown;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
    }
  });

  it("a turn waits for any thenable", async () => {
    const { stream, events } = await open({ scopes });
    const thenable = promiseOfAnotherHand("done");
    const result: unknown = await stream.turn(1, () => thenable);
    expect(result).toBe("done");
    expect(events().at(-1)?.milestone_type).toBe("turn_end");
    const { stream: other, events: otherEvents } = await open({ scopes });
    void other.turn(1, () => thenable);
    expect(otherEvents().at(-1)?.milestone_type).toBe("turn_start");
  });

  it("turns begin at 1, and each once", async () => {
    const { stream, events } = await open({ scopes });
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => stream.startTurn(wrong)).toThrow(RangeError);
    stream.startTurn(3);
    expect(() => stream.startTurn(2)).toThrow(/2.*3/);
    expect(stream.turnNumber).toBe(3);
    expect(() => stream.turn(3, () => undefined)).toThrow(/Turn 3 .* the last was 3/);
    stream.action("a", "goes on");
    // Nothing came of the attempts: the open turn is still that one.
    expect(events().map((event) => event.milestone_type ?? event.action_type)).toEqual([
      "simulation_start",
      "turn_start",
      "goes on",
    ]);
    stream.startTurn(4).end();
    expect(() => stream.startTurn(4)).toThrow(RangeError);
  });
});

describe("agents that work side by side", () => {
  const agents = fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), {
    minLength: 2,
    maxLength: 6,
  });

  async function play(stream: EventStream, waits: number[][], passScopes: boolean): Promise<void> {
    await stream.turn(1, async (turn) => {
      await Promise.all(
        waits.map(async (own, index) => {
          const agent = `agent ${index}`;
          const decision = (passScopes ? turn : stream).decision(agent, "plan");
          await stream.because(decision, async (scope) => {
            for (const wait of own) {
              await delay(wait);
              const action = (passScopes ? scope : stream).action(agent, "act");
              await stream.because(action, async (inner) => {
                await delay(wait);
                (passScopes ? inner : stream).state("v", { agent_id: agent, old_value: 0, new_value: 1 });
              });
            }
          });
        }),
      );
    });
  }

  it.each(both)("do not mix with %s scopes", async (scopes) => {
    await fc.assert(
      fc.asyncProperty(agents, async (waits) => {
        const { stream, events } = await open({ scopes });
        await play(stream, waits, scopes === "explicit");
        const all = new Map(events().map((event) => [event.event_id, event]));
        const causesOf = (event?: ReturnType<typeof events>[number]) =>
          (event?.caused_by ?? []).map((id) => all.get(id));
        for (const event of all.values()) {
          const [cause, more] = causesOf(event);
          expect(more).toBeUndefined();
          const expected = { STATE: "ACTION", ACTION: "DECISION", DECISION: "MILESTONE" }[
            event.event_type as string
          ];
          if (expected === undefined) continue;
          expect(cause?.event_type).toBe(expected);
          if (expected !== "MILESTONE") expect(cause?.agent_id).toBe(event.agent_id);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("two streams in one program do not mix", async () => {
    const [one, other] = [await open(), await open()];
    const cause = one.stream.decision("a", "plan");
    await one.stream.because(cause, async () => {
      await delay(1);
      other.stream.action("b", "x");
      one.stream.action("a", "x");
    });
    expect(one.events().at(-1)?.caused_by).toEqual([cause.event_id]);
    expect(other.events().at(-1)?.caused_by).toEqual([other.events()[0]?.event_id]);
  });

  it("of streams whose scopes lie within each other's each has its own", async () => {
    const [one, other] = [await open(), await open()];
    const [outer, inner] = [one.stream.decision("a", "outer"), one.stream.decision("a", "inner")];
    const theirs = other.stream.decision("b", "plan");
    await one.stream.because(outer, async () => {
      await other.stream.because(theirs, async () => {
        await one.stream.because(inner, async () => {
          await delay(1);
          one.stream.action("a", "within inner");
          other.stream.action("b", "within theirs");
        });
        one.stream.action("a", "within outer again");
      });
    });
    expect(
      one
        .events()
        .slice(-2)
        .map((event) => event.caused_by),
    ).toEqual([[inner.event_id], [outer.event_id]]);
    expect(other.events().at(-1)?.caused_by).toEqual([theirs.event_id]);
  });

  it("many streams, one after the other, cost the promises of a process no more than one", async () => {
    const used = vi.spyOn(AsyncLocalStorage.prototype, "run");
    for (let times = 0; times < 5; times++) {
      const { stream } = await open();
      await play(stream, [[0, 1], [1]], false);
      await stream.close();
    }
    const storages = new Set(used.mock.contexts);
    vi.restoreAllMocks();
    expect(storages.size).toBe(1);
  });

  it("explicit scopes never touch AsyncLocalStorage", async () => {
    const touched = (["run", "enterWith", "getStore", "exit"] as const).map((name) =>
      vi.spyOn(AsyncLocalStorage.prototype, name),
    );
    const { stream } = await open({ scopes: "explicit" });
    await play(stream, [[0, 1], [1]], true);
    stream.because(stream.phase("p"), (scope) => scope.action("a", "x"));
    await stream.close();
    for (const spy of touched) expect(spy).not.toHaveBeenCalled();
    const { stream: async_ } = await open({ scopes: "async" });
    await play(async_, [[0]], false);
    expect(touched[0]).toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
