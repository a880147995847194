import { setTimeout as sleep } from "node:timers/promises";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { canonicalLog } from "../canonical/index.ts";
import {
  type AgentContext,
  type DecideFunction,
  isObservationError,
  isRunError,
  type Simulation,
} from "../index.ts";
import { causesOf, earner, idle, label, run, type View, village } from "./village.test.fixture.ts";

const LIMIT = "30ms";
/** Takes too long in turn 1. */
const slow: DecideFunction<View> = async ({ me }, { turn }) => {
  const { wealth } = me;
  if (turn === 1) await sleep(90);
  return { decision_type: "ponder", new_value: wealth };
};

const limited = (simulation: Simulation): Simulation => ({ ...simulation, decide_timeout: LIMIT });
const timeouts = (events: readonly Event[]) =>
  events.filter((event) => event.event_type === "SYSTEM" && event.error_type === "decide_timeout");

describe("a decide that takes longer than decide_timeout", () => {
  it("sits the turn out: a SYSTEM failure says so, and the run goes on", async () => {
    const { events, summary } = await run(limited(village({ alice: slow, bob: earner })));
    expect(summary).toMatchObject({ status: "completed", turns: 2 });
    const [timeout, ...more] = timeouts(events);
    expect(more).toEqual([]);
    expect(timeout).toMatchObject({
      status: "failure",
      error_type: "decide_timeout",
      subject_agent_id: "alice",
      turn_number: 1,
      description: "alice did not decide in time: decide took longer than 30ms (simulation.decide_timeout)",
      details: { error: "decide took longer than 30ms", decide_timeout: "30ms" },
    });
    const decided = events.filter((event) => event.event_type === "DECISION");
    expect(decided.map((event) => `${event.turn_number} ${label(event)}`)).toEqual([
      "1 bob decides work",
      "2 bob decides work",
      "2 alice decides ponder",
    ]);
  });

  it("is caused by the turn and what was read, and is among the causes of the agent's next decision", async () => {
    const { events } = await run(limited(village({ alice: slow })));
    const [timeout] = timeouts(events);
    expect(causesOf(events, timeout)).toEqual(["turn_start", "alice.wealth = 100"]);
    const next = events.find((event) => event.event_type === "DECISION");
    expect(next?.caused_by).toContain(timeout?.event_id);
  });

  it("is caused by the attempts, too", async () => {
    const trying: DecideFunction = async (_, context) => {
      context.system("retry", { error_type: "line_dead", retry_count: 1 });
      await sleep(90);
      return { decision_type: "wait" };
    };
    const { events } = await run(limited(village({ alice: trying }, { turns: 1 })));
    expect(causesOf(events, timeouts(events)[0])).toContain("retry line_dead alice");
  });

  it("counts as a failure, with its reason", async () => {
    const never: DecideFunction = () => new Promise(() => {});
    const { summary } = await run(limited(village({ alice: never, bob: idle })));
    expect(summary?.troubles).toMatchObject({ decisions: 2, failures: 2 });
    expect(summary?.troubles.messages.join()).toMatch(
      /^alice decided nothing, 2 of 2 tries failed, most often \(2 times\) because: decide took longer than 30ms\./,
    );
  });

  it("where it answers at once after too long a time, counts as one that takes too long", async () => {
    const busy: DecideFunction = () => {
      const until = performance.now() + 40;
      while (performance.now() < until);
      return { decision_type: "ponder" };
    };
    const busyThenAsync: DecideFunction = async (shown, context) => busy(shown, context);
    const { events } = await run(
      limited(village({ alice: busy, bob: busyThenAsync, carol: idle }, { turns: 1 })),
    );
    expect(timeouts(events)).toMatchObject([{ subject_agent_id: "alice" }, { subject_agent_id: "bob" }]);
    expect(events.filter((event) => event.event_type === "DECISION")).toHaveLength(1);
  });

  it("is aborted: its signal says that the time is up, and that the run is interrupted", async () => {
    const reasons: unknown[] = [];
    const waiting: DecideFunction = async (_, { signal }) => {
      await sleep(10_000, undefined, { signal }).catch(() => reasons.push(signal.reason));
      throw new Error("nobody hears this");
    };
    const { events } = await run(limited(village({ alice: waiting }, { turns: 1 })));
    expect(reasons).toMatchObject([{ name: "TimeoutError", message: "decide took longer than 30ms" }]);
    expect(events.filter((event) => event.event_type === "SYSTEM")).toHaveLength(1);
    const controller = new AbortController();
    const interrupting: DecideFunction = (shown, context) => {
      setTimeout(() => controller.abort("enough"), 1);
      return waiting(shown, context);
    };
    const patient = { ...village({ alice: interrupting }), decide_timeout: "1h" };
    await run(patient, "DETAIL", { signal: controller.signal });
    expect(reasons.at(-1)).toBe("enough");
  });

  it("can read, draw, record and remember nothing that counts when its time is up", async () => {
    const caught: unknown[] = [];
    const late: DecideFunction<View> = async ({ me }, context) => {
      const { turn, random, memory } = context;
      if (turn === 1) {
        await sleep(60);
        for (const attempt of attempts(me, context)) {
          try {
            attempt();
          } catch (error) {
            caught.push(error);
          }
        }
        for (let n = 0; n < 5; n++) random.float();
        return { decision_type: "late" };
      }
      await sleep(turn === 2 ? 20 : 0);
      return { decision_type: "say", new_value: [random.float(), Object.keys(memory)] };
    };
    const prompt: DecideFunction<View> = async (_, { turn, random }) => {
      if (turn === 1) await sleep(60);
      return { decision_type: "say", new_value: [random.float(), []] };
    };
    const said = async (agent: DecideFunction<View>) => {
      const { events } = await run(limited(village({ alice: agent, bob: slowly }, { turns: 6 })));
      expect(timeouts(events)).toHaveLength(1);
      return events.flatMap((event) =>
        event.event_type === "DECISION" && event.agent_id === "alice" ? [event.new_value] : [],
      );
    };
    expect(await said(late)).toEqual(await said(prompt));
    expect(caught).toHaveLength(4);
    expect(isObservationError(caught[0])).toBe(true);
    expect(caught.map(String)).toMatchObject([
      expect.stringContaining("can be read until its decision is made"),
      expect.stringContaining("can record nothing more: its decision is over"),
      expect.stringContaining("can record nothing more: its decision is over"),
      expect.stringContaining("context.memory can be changed until its decision is made"),
    ]);
  });

  it("stands in the canonical log where a decision would", async () => {
    const logs = await Promise.all(
      [0, 5].map(async (delay) => {
        const other: DecideFunction = async () => {
          await sleep(delay);
          return { decision_type: "wait" };
        };
        const { events } = await run(limited(village({ alice: slow, bob: other })));
        return canonicalLog(events);
      }),
    );
    expect(logs[0]).toEqual(logs[1]);
  });
});

/** Slow enough for others to be late while it decides. */
const slowly: DecideFunction = async () => {
  await sleep(15);
  return { decision_type: "wait" };
};

const attempts = (me: View["me"], context: AgentContext): (() => unknown)[] => [
  () => me.wealth,
  () => context.detail("late", {}),
  () => context.system("retry"),
  () => {
    context.memory.late = true;
  },
];

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe("decide_timeout", () => {
  it("leaves alone who is in time, and the process when everybody has decided", async () => {
    await sleep(100); // whatever earlier tests left behind
    const before = timers();
    const { events } = await run({ ...village({ alice: slowly, bob: idle }), decide_timeout: "1h" });
    expect(timeouts(events)).toEqual([]);
    expect(timers()).toBe(before);
  });

  it("keeps no timer when the run is interrupted", async () => {
    await sleep(100); // whatever earlier tests left behind
    const before = timers();
    const controller = new AbortController();
    const never: DecideFunction = () => {
      queueMicrotask(() => controller.abort());
      return new Promise(() => {});
    };
    const simulation = { ...village({ alice: never }), decide_timeout: "1h" };
    await run(simulation, "DETAIL", { signal: controller.signal });
    expect(timers()).toBe(before);
  });

  it.each(["", "soon", "0s", "-1s", "30", "25d"])(
    "is refused where it is no time to wait: %j",
    async (decide_timeout) => {
      const { error } = await run({ ...village({ alice: idle }), decide_timeout });
      expect(isRunError(error) && error.code).toBe("SETUP_FAILED");
      expect(isRunError(error) && error.message).toBe(
        `decide_timeout is ${JSON.stringify(decide_timeout)}: expected a length of time such as 30s, 500ms or 5min, at most 24d`,
      );
    },
  );
});
