import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  isRunError,
  type Simulation,
  type World,
} from "../index.ts";
import { causesOf, earner, idle, label, run, type View, village } from "./village.test.fixture.ts";

type Hook = "beforeTurn" | "observe" | "validate" | "combine" | "afterActions";
const HOOKS: readonly Hook[] = ["beforeTurn", "observe", "validate", "combine", "afterActions"];

/** A village in which one hook does `before` ahead of what it does anyway, and is async where that is. */
function withHook(hook: Hook, before: (engine: BaseEngine) => Promise<unknown> | undefined): Simulation {
  const first = <T>(own: () => T): T | Promise<T> => before(engine)?.then(own) ?? own();
  const simulation = village({ alice: earner, bob: idle });
  let engine: BaseEngine;
  return {
    ...simulation,
    createEngine: (setup) => {
      engine = simulation.createEngine(setup);
      if (hook === "validate") return engine;
      const own: (...given: never[]) => unknown = engine[hook].bind(engine);
      return Object.assign(engine, {
        [hook]: (...given: never[]) => first(() => own(...given)),
      });
    },
    createValidator: () => {
      const validator = simulation.createValidator();
      const own = validator.validate.bind(validator);
      return Object.assign(validator, {
        validate: (...given: Parameters<typeof own>) =>
          hook === "validate" ? first(() => own(...given)) : own(...given),
      });
    },
  };
}

const WHERE: Record<Hook, string> = {
  beforeTurn: "beforeTurn",
  observe: "observe for alice",
  validate: "validate of earn of alice",
  combine: "combine",
  afterActions: "afterActions",
};

describe.each(HOOKS)("%s that is async", (hook) => {
  it("is awaited: the log is the one of a run whose hook answers at once", async () => {
    const slow = await run(withHook(hook, () => sleep(2)));
    const atOnce = await run(withHook(hook, () => undefined));
    expect(slow.error).toBeUndefined();
    expect(slow.summary?.troubles).toEqual(atOnce.summary?.troubles);
    const told = ({ events }: typeof slow) =>
      events.map((event) => [event.turn_number, label(event), causesOf(events, event)]);
    expect(told(slow)).toEqual(told(atOnce));
  });

  it("and rejects ends the run as if it threw", async () => {
    const { error, events } = await run(withHook(hook, () => Promise.reject(new Error("the line is dead"))));
    expect(isRunError(error) && error.message).toMatch(
      new RegExp(`^village failed in turn 1: ${WHERE[hook]}: the line is dead`),
    );
    expect(events.at(-2)).toMatchObject({
      error_type: "engine_error",
      details: { error: "the line is dead", during: WHERE[hook] },
    });
    expect(events.at(-1)).toMatchObject({ milestone_type: "simulation_end", details: { status: "failed" } });
  });

  it("is interrupted while it waits, and can record nothing afterwards", async () => {
    const controller = new AbortController();
    let goOn = () => {};
    const late: unknown[] = [];
    const { summary, events } = await run(
      withHook(hook, async (engine) => {
        setTimeout(() => controller.abort("SIGINT"), 5);
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        try {
          Reflect.get(engine, "phase").call(engine, "late");
        } catch (error) {
          late.push(error);
        }
      }),
      "DETAIL",
      { signal: controller.signal },
    );
    expect(summary).toMatchObject({ status: "interrupted", ended_by: "signal", turns: 0 });
    expect(events.at(-1)).toMatchObject({ description: "Interrupted in turn 1 (SIGINT)" });
    goOn();
    await sleep(5);
    expect(late).toMatchObject([{ message: "The run is over: nothing more is recorded of it" }]);
  });

  it("whose promise never settles is named", async () => {
    let reached = () => {};
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const never = () => {
      reached();
      return new Promise(() => {});
    };
    const running = run(withHook(hook, never));
    await isReached;
    await sleep(1);
    process.emit("beforeExit", 0); // nothing is left to do: as Node says it
    const { summary, events } = await running;
    expect(summary).toMatchObject({ status: "interrupted", ended_by: "error", turns: 0 });
    expect(summary?.reason).toMatch(
      new RegExp(`^Interrupted in turn 1: ${WHERE[hook]} is never over, and nothing is left in the process`),
    );
    expect(events.at(-2)).toMatchObject({
      status: "failure",
      error_type: "never_settled",
      details: { during: WHERE[hook] },
    });
  });
});

describe("what answers at once", () => {
  const never = () => new Promise<never>(() => undefined);
  const REFUSED = "returned a promise: it has to answer at once";

  it.each<[string, (engine: object) => object, string]>([
    ["initialState", () => ({ initialState: never }), "turn 0: initialState"],
    ["isActive", () => ({ isActive: never }), "turn 1: isActive of alice"],
  ])("%s is refused by name where it returns a promise", async (_, methods, where) => {
    const simulation = village({ alice: earner });
    const { error } = await run({
      ...simulation,
      createEngine: (setup) => {
        const engine = simulation.createEngine(setup);
        return Object.assign(engine, methods(engine));
      },
    });
    expect(isRunError(error) && error.message).toContain(`${where}: ${REFUSED}`);
    expect(isRunError(error) && error.message).toContain(
      "validate, combine, beforeTurn and afterActions may be async",
    );
  });

  it.each<[string, Script, string]>([
    ["a rule", { afterActions: (engine) => engine.start("growth", async () => undefined) }, "rule growth"],
    [
      "a rule of an async hook",
      {
        afterActions: async (engine) => {
          await sleep(1);
          engine.start("growth", async () => undefined);
        },
      },
      "rule growth",
    ],
    [
      "an effect",
      {
        effect: async (draft) => {
          await sleep(1);
          draft.global.x = 1;
        },
      },
      "action act of alice",
    ],
  ])("%s is refused by name where it returns a promise", async (_, script, where) => {
    const { error, events } = await run(scripted(script));
    expect(isRunError(error) && error.message).toContain(`${where}: ${REFUSED}`);
    expect(events.some((event) => event.event_type === "STATE" && event.turn_number > 0)).toBe(false);
  });
});

it("who takes part in an interaction is known at once: a promise of it is refused by name", async () => {
  const meeting: DecideFunction = () => ({ decision_type: "meet", actions: [{ action_type: "meet" }] });
  const { error } = await run(scripted({ partners: async () => ["bob"], decide: meeting }));
  expect(isRunError(error) && error.message).toContain("action meet of alice: returned a promise");
});

describe("a hook that is async", () => {
  it("writes into its own turn, and the turn ends when it is over", async () => {
    const { events } = await run(
      scripted({
        afterActions: async (engine) => {
          await sleep(2);
          engine.start("late", ({ global }) => {
            global.x += 1;
          });
          await sleep(2);
          if (engine.world.global.x === 2) engine.end("enough");
        },
      }),
    );
    const turns = events.filter((event) => event.event_type === "STATE" && event.turn_number > 0);
    expect(turns.map((event) => [event.turn_number, label(event)])).toEqual([
      [1, ".x = 1"],
      [2, ".x = 2"],
    ]);
    expect(events.at(-1)).toMatchObject({ description: "Stopped in turn 2: enough" });
  });

  it("draws from its own stream, before and after it waits", async () => {
    const drawn = async (script: (draw: () => number) => Script) => {
      const numbers: number[] = [];
      const draw = (engine: Scripted) => numbers.push(engine.draw());
      let current: Scripted | undefined;
      const { beforeTurn, afterActions } = script(() => (current ? draw(current) : 0));
      await run(
        scripted({
          beforeTurn: (engine) => {
            current = engine;
            return beforeTurn?.(engine);
          },
          ...(afterActions && { afterActions }),
        }),
      );
      return numbers;
    };
    const atOnce = await drawn((draw) => ({
      beforeTurn: () => {
        draw();
        draw();
      },
      afterActions: () => {
        draw();
        draw();
      },
    }));
    const slow = await drawn((draw) => ({
      beforeTurn: async () => {
        draw();
        await sleep(1);
        draw();
      },
      afterActions: async () => {
        await sleep(1);
        draw();
        await sleep(1);
        draw();
      },
    }));
    expect(slow).toEqual(atOnce);
    expect(new Set(slow).size).toBe(8);
  });

  it("cannot start a rule when nothing is going on any more", async () => {
    let engine: Scripted | undefined;
    const late: unknown[] = [];
    const { error, events } = await run(
      scripted({
        beforeTurn: (own) => {
          engine = own;
        },
      }),
      "DETAIL",
      {
        onTurn: () => {
          try {
            engine?.start("late", ({ global }) => {
              global.x = 9;
            });
          } catch (caught) {
            late.push(caught);
          }
        },
      },
    );
    expect(error).toBeUndefined();
    expect(late).toHaveLength(2);
    expect(late[0]).toMatchObject({
      message: expect.stringMatching(
        /^rule late was started when nothing is going on; start it from beforeTurn/,
      ),
    });
    expect(events.some((event) => label(event) === ".x = 9")).toBe(false);
  });

  it("may have pieces that are async, each with random numbers of its own, and has to await them", async () => {
    const piece = async (engine: Scripted, name: string) => {
      await sleep(1);
      engine.start(name, ({ global }) => {
        global.x += engine.draw();
      });
      return name;
    };
    const together = await run(
      scripted({
        afterActions: async (engine) => {
          const names = await Promise.all(
            ["a", "b"].map((name) => engine.piece(name, () => piece(engine, name))),
          );
          expect(names).toEqual(["a", "b"]);
          expect(engine.world.global.x).toBeGreaterThan(0);
        },
      }),
    );
    expect(together.error).toBeUndefined();
    const dropped = await run(
      scripted({
        afterActions: async (engine) => {
          void engine.piece("a", () => piece(engine, "a")).catch(() => undefined);
        },
      }),
    );
    expect(isRunError(dropped.error) && dropped.error.message).toMatch(
      /afterActions: a piece of it \(apart\) goes on when it is over: await it/,
    );
  });

  it("has a signal for what it waits for", async () => {
    const controller = new AbortController();
    const { summary } = await run(
      scripted({
        beforeTurn: async (engine) => {
          setTimeout(() => controller.abort("enough"), 2);
          await sleep(10_000, undefined, { signal: engine.interrupted });
        },
      }),
      "DETAIL",
      { signal: controller.signal },
    );
    expect(summary).toMatchObject({ status: "interrupted", reason: "Interrupted in turn 1 (enough)" });
  });
});

interface Place extends World {
  global: { x: number };
}

interface Script {
  beforeTurn?: (engine: Scripted) => void | Promise<void>;
  afterActions?: (engine: Scripted) => void | Promise<void>;
  effect?: (draft: Place) => unknown;
  partners?: () => unknown;
  decide?: DecideFunction;
}

/** An engine whose powers a test can use. */
class Scripted extends BaseEngine<Place> {
  script: Script = {};
  readonly actions = {
    act: this.action(z.looseObject({}), (draft) => this.script.effect?.(draft)),
    meet: this.interaction(
      "meeting",
      z.looseObject({}),
      // As JavaScript gives it, which no compiler has looked at.
      () => Object(this.script.partners?.() ?? []),
      () => undefined,
    ),
  };

  override initialState(): Place {
    return { global: { x: 0 }, agents: { alice: {} } };
  }
  override beforeTurn(): void | Promise<void> {
    return this.script.beforeTurn?.(this);
  }
  override afterActions(): void | Promise<void> {
    return this.script.afterActions?.(this);
  }
  get interrupted(): AbortSignal {
    return this.signal;
  }
  start(name: string, effect: (draft: Place) => unknown): void {
    this.rule(name, effect);
  }
  piece<T>(key: string, body: () => T): T {
    return this.apart(key, body);
  }
  end(reason: string): void {
    this.stop(reason);
  }
  draw(): number {
    return this.random.float();
  }
}

const acting: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "act" }] });

function scripted(script: Script): Simulation {
  const simulation = defineSimulation({
    name: "scripted",
    turns: 2,
    engine: Scripted,
    agents: [{ name: "alice", agent: script.decide ?? acting }],
  });
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = new Scripted({ ...setup, params: {} });
      engine.script = script;
      return engine;
    },
  };
}

it("what a decision holds of an observation counts for its own agent, and for none that decides at the same time", async () => {
  const teller: DecideFunction<View> = ({ others }) => ({
    decision_type: "tell",
    details: { of: others.bob },
  });
  const { events } = await run(village({ alice: teller, bob: idle, carol: idle }, { turns: 1 }));
  const [told, ...others] = events
    .filter(({ event_type }) => event_type === "DECISION")
    .map((decision) => causesOf(events, decision));
  expect(told).toContain("bob.wealth = 100");
  for (const causes of others) expect(causes).toEqual(["turn_start", expect.stringMatching(/wealth = 100$/)]);
  expect(others[1]).not.toContain("bob.wealth = 100");
});
