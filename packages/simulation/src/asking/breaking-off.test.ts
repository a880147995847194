import { setTimeout as sleep } from "node:timers/promises";
import { WriteError } from "@llm-sim/events";
import { type MemoryStream, openMemoryStream } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { type AgentContext, type DecideFunction, isAskError, type RunOptions } from "../index.ts";
import { idle, village } from "../run/village.test.fixture.ts";
import { causesNamed, fakeModels, named, runAsking, user } from "./asking.test.fixture.ts";

const NEVER = new Promise<never>(() => {});
const asks: DecideFunction = async (_, context) => {
  const { text } = await context.ask({ purpose: "decide", messages: user("?") });
  return { decision_type: text };
};
const orders = (events: Awaited<ReturnType<typeof runAsking>>["events"]) => events.map(named);

describe("a decision that takes too long while the agent waits for a model", () => {
  it("breaks off what it asked: that is on record first, and a cause of the timeout", async () => {
    const simulation = { ...village({ alice: asks, bob: idle }, { turns: 2 }), decide_timeout: "20ms" };
    const models = fakeModels((_, { call }) => (call.coordinate.turn === 1 ? NEVER : "wait"));
    const { events, tape, result } = await runAsking(simulation, models);
    expect(result).toMatchObject({ status: "completed", turns: 2 });
    expect(tape[0]).toMatchObject({ outcome: "aborted", broken_off_by: "decide_timeout" });
    const timeout = events.find(
      (event) => event.event_type === "SYSTEM" && event.error_type === "decide_timeout",
    );
    expect(causesNamed(events, timeout)).toEqual([
      "failure agent alice/1/decide/0#1",
      "turn_start",
      "alice.wealth = 100",
    ]);
    const next = events.find((event) => event.event_type === "DECISION" && event.agent_id === "alice");
    expect(next).toMatchObject({ turn_number: 2 });
    expect(next?.caused_by).toContain(timeout?.event_id);
  });

  it("takes nothing that the agent does about it", async () => {
    const errors: unknown[] = [];
    const stubborn: DecideFunction = async (_, context) => {
      await context
        .ask({ purpose: "decide", messages: user("?") })
        .catch((error: unknown) => errors.push(error));
      await context
        .ask({ purpose: "again", messages: user("?") })
        .catch((error: unknown) => errors.push(error));
      try {
        context.detail("late", {});
      } catch (error) {
        errors.push(error);
      }
      return { decision_type: "late" };
    };
    const simulation = { ...village({ alice: stubborn }, { turns: 1 }), decide_timeout: "20ms" };
    const { events, attempts } = await runAsking(
      simulation,
      fakeModels(() => NEVER),
    );
    expect(attempts.map(named)).toEqual(["failure agent alice/1/decide/0#1"]);
    expect(events.filter(({ event_type }) => event_type === "DECISION")).toEqual([]);
    expect(errors.map(String)).toEqual([
      "AskError: decide was not answered: aborted",
      "AskError: alice can ask nothing more: its decision is over",
      "Error: alice can record nothing more: its decision is over",
    ]);
    expect(errors.slice(0, 2).every((error) => isAskError(error))).toBe(true);
  });

  it("is not held up by models that do not let go", async () => {
    const deaf = { ...fakeModels(() => "x"), ask: () => NEVER };
    const simulation = { ...village({ alice: asks }, { turns: 1 }), decide_timeout: "20ms" };
    const { events, result, attempts } = await runAsking(simulation, deaf);
    expect(result?.duration_ms).toBeLessThan(5_000);
    expect(attempts).toEqual([]);
    expect(orders(events)).toContain("failure decide_timeout alice");
  });

  it("is over where it was on the tape that answers, whatever the clock says", async () => {
    const simulation = { ...village({ alice: asks }, { turns: 1 }), decide_timeout: "1ms" };
    const played = fakeModels(async () => {
      await sleep(20);
      return { outcome: "aborted", error_type: "aborted", by: "decide_timeout" };
    });
    const { events } = await runAsking(simulation, Object.assign(played, { isPlaying: true }));
    expect(orders(events)).toContain("failure decide_timeout alice");
    const answered = fakeModels(() => sleep(20).then(() => "wait"));
    const patient = await runAsking(simulation, Object.assign(answered, { isPlaying: true }));
    expect(orders(patient.events)).toContain("alice decides wait");
  });
});

describe("a run that is interrupted while somebody waits for a model", () => {
  it.each<[string, Record<string, DecideFunction>]>([
    ["an agent", { alice: asks, bob: idle }],
    ["two agents", { alice: asks, bob: asks }],
  ])("has what %s asked on its tape and in its log, and ends as interrupted", async (_, agents) => {
    const controller = new AbortController();
    const models = fakeModels(() => {
      setTimeout(() => controller.abort("SIGINT"), 5);
      return NEVER;
    });
    const { events, result, attempts, tape } = await runAsking(village(agents), models, {
      signal: controller.signal,
    });
    expect(result).toMatchObject({ status: "interrupted", ended_by: "signal", turns: 0 });
    expect(result?.duration_ms).toBeLessThan(2_000);
    const asking = Object.values(agents).filter((agent) => agent === asks).length;
    expect(attempts).toHaveLength(asking);
    for (const attempt of attempts)
      expect(attempt).toMatchObject({
        status: "failure",
        details: { outcome: "aborted", broken_off_by: "signal" },
      });
    expect(tape.map((entry) => entry.broken_off_by)).toEqual(attempts.map(() => "signal"));
    expect(orders(events).at(-1)).toBe("simulation_end");
  });
});

describe("what an agent does not await", () => {
  it("is broken off when it decides, and on record before the decision", async () => {
    const hasty: DecideFunction = async (_, context) => {
      void context.ask({ purpose: "slow", messages: user("?") });
      const { text } = await context.ask({ purpose: "fast", messages: user("?") });
      return { decision_type: text };
    };
    const atOnce: DecideFunction = (_, context) => {
      void context.ask({ purpose: "slow", messages: user("?") });
      return { decision_type: "wait" };
    };
    const models = fakeModels((_, { question }) => (question.purpose === "slow" ? NEVER : "go"));
    const { events, tape } = await runAsking(village({ alice: hasty, bob: atOnce }, { turns: 1 }), models);
    const labels = orders(events);
    for (const [attempt, decision] of [
      ["failure agent alice/1/slow/0#1", "alice decides go"],
      ["failure agent bob/1/slow/0#1", "bob decides wait"],
    ]) {
      expect(labels).toContain(attempt);
      expect(labels.indexOf(attempt ?? "")).toBeLessThan(labels.indexOf(decision ?? ""));
    }
    expect(tape.filter((entry) => entry.broken_off_by === "unawaited")).toHaveLength(2);
  });

  it("and fails does no harm", async () => {
    const careless: DecideFunction = async (_, context) => {
      void context.ask({ purpose: "decide", messages: user("?") });
      await sleep(5);
      return { decision_type: "wait" };
    };
    const { events } = await runAsking(
      village({ alice: careless }, { turns: 1 }),
      fakeModels(() => ({ error_type: "refusal" })),
    );
    expect(orders(events)).toContain("alice decides wait");
  });

  it("and of which the first answer counts is a race that is on the tape", async () => {
    const races: DecideFunction = async (_, { ask }) => {
      const first = await Promise.race(
        ["a", "b"].map((key) => ask({ purpose: "bid", key, messages: user(key) })),
      );
      return { decision_type: first.text };
    };
    const models = fakeModels((asked) => (asked === "a" ? NEVER : asked));
    const { events, tape } = await runAsking(village({ alice: races }, { turns: 1 }), models);
    expect(tape.map(({ coordinate: { key }, outcome }) => `${key} ${outcome}`)).toEqual([
      "b response",
      "a aborted",
    ]);
    expect(orders(events)).toContain("alice decides b");
  });
});

describe("a question that comes too late, or is none", () => {
  it("is refused when the decision is over, and leaves nothing", async () => {
    let kept: AgentContext | undefined;
    const keeps: DecideFunction = async (_, context) => {
      const late = kept?.ask({ purpose: "late", messages: user("?") });
      kept = context;
      const problem = await late?.then(String, String);
      return { decision_type: problem ?? "none" };
    };
    const { events, attempts } = await runAsking(
      village({ alice: keeps }),
      fakeModels(() => "x"),
    );
    expect(attempts).toEqual([]);
    expect(orders(events)).toContain(
      "alice decides AskError: alice can ask nothing more: its decision is over",
    );
  });

  it.each<[string, object, string]>([
    ["no purpose", { messages: user("?") }, "purpose: Invalid input: expected string, received undefined"],
    ["no messages", { purpose: "x", messages: [] }, "messages: Too small: expected array to have >=1 items"],
    [
      "a role that is none",
      { purpose: "x", messages: [{ role: "bot", content: "?" }] },
      "messages.0.role: Invalid option",
    ],
    [
      "a name that is none",
      { purpose: "x", message: user("?") },
      '"message" is no option of ask; did you mean "messages"?',
    ],
    [
      "a schema that is none",
      { purpose: "x", messages: user("?"), schema: { type: "object" } },
      "schema: expected a schema of zod",
    ],
    [
      "a time that is none",
      { purpose: "x", messages: user("?"), timeout: "soon" },
      "timeout: expected a length of time such as 30s",
    ],
  ])("is refused with %s", async (_, question, message) => {
    const wrong: DecideFunction = async (_shown, context) => {
      const answer: unknown = await Reflect.apply(context.ask, undefined, [question]).catch(
        (error: unknown) => error,
      );
      return { decision_type: "wait", new_value: String(answer) };
    };
    const { events, attempts } = await runAsking(
      village({ alice: wrong }, { turns: 1 }),
      fakeModels(() => "x"),
    );
    expect(attempts).toEqual([]);
    const decision = events.find((event) => event.event_type === "DECISION");
    expect(decision?.event_type === "DECISION" && decision.new_value).toContain(
      `AskError: This cannot be asked: ${message}`,
    );
  });

  it("is as it was when it was asked, whatever becomes of what it was given", async () => {
    const changes: DecideFunction = async (_, context) => {
      const messages = user("before");
      const reply = context.ask({ purpose: "x", messages });
      for (const message of messages) message.content = "after";
      return { decision_type: (await reply).text };
    };
    const { events } = await runAsking(
      village({ alice: changes }, { turns: 1 }),
      fakeModels((asked) => sleep(2).then(() => asked)),
    );
    expect(orders(events)).toContain("alice decides before");
  });
});

describe("a tape that takes no more", () => {
  const ended = new WriteError(
    "TAPE_ENDED",
    "run",
    "The tape of run r takes no more entries: no space left on device.",
  );
  /** A stream whose tape takes so many entries. */
  const streamWith =
    (entries: number, keep: (memory: MemoryStream) => void): RunOptions["stream"] =>
    async (options) => {
      const memory = await openMemoryStream(options);
      keep(memory);
      let taken = 0;
      Object.assign(memory.stream.tape, {
        append: async () => (taken++ < entries ? undefined : Promise.reject(ended)),
      });
      return memory.stream;
    };

  it("ends asking, is said once, and the run goes on", async () => {
    let memory: MemoryStream | undefined;
    const warnings: string[] = [];
    const models = fakeModels(() => "go");
    const { result } = await runAsking(village({ alice: asks, bob: idle }, { turns: 4 }), models, {
      stream: streamWith(1, (made) => {
        memory = made;
      }),
      onWarning: (message) => warnings.push(message),
    });
    expect(result).toMatchObject({ status: "completed", turns: 4 });
    expect(models.asked).toHaveLength(2);
    expect(warnings).toEqual([
      "The tape of run r takes no more entries: no space left on device. Nothing is asked of models any more; agents go on as they do without an answer.",
    ]);
    const failures = (memory?.events() ?? []).filter((event) => event.event_type === "SYSTEM");
    expect(failures.filter((event) => event.error_type === "tape_ended")).toMatchObject([
      { status: "failure", subject_agent_id: "alice", details: { call: "agent alice/2/decide/0#1" } },
    ]);
    expect(failures.filter((event) => event.error_type === "agent_error")).toHaveLength(3);
  });
});
