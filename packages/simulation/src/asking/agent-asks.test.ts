import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type DecideFunction, isAskError } from "../index.ts";
import { idle, type View, village } from "../run/village.test.fixture.ts";
import { causesNamed, fakeModels, named, runAsking, user } from "./asking.test.fixture.ts";

/** Asks once and decides on what was answered. */
const asks: DecideFunction<View> = async ({ me }, context) => {
  const { text } = await context.ask({ purpose: "decide", messages: user(`You have ${me.wealth}.`) });
  return { decision_type: text };
};

const one = (agent: DecideFunction<View>) => village({ alice: agent }, { turns: 1 });
const decisionOf = (events: Awaited<ReturnType<typeof runAsking>>["events"]) =>
  events.find(({ event_type }) => event_type === "DECISION");

describe("an agent that asks a language model", () => {
  it("leaves each attempt on record, caused by what was read, and is caused by the one that answered", async () => {
    const models = fakeModels((asked) => (asked.includes("100") ? "save" : "spend"));
    const { events, attempts } = await runAsking(one(asks), models);
    expect(attempts).toMatchObject([
      {
        status: "success",
        retry_count: 0,
        subject_agent_id: "alice",
        details: {
          call: "agent alice/1/decide/0#1",
          purpose: "decide",
          model: "made-up",
          outcome: "response",
        },
      },
    ]);
    expect(causesNamed(events, attempts[0])).toEqual(["turn_start", "alice.wealth = 100"]);
    const decision = decisionOf(events);
    expect(decision).toMatchObject({ decision_type: "save" });
    expect(causesNamed(events, decision)).toEqual([
      "success agent alice/1/decide/0#1",
      "turn_start",
      "alice.wealth = 100",
    ]);
  });

  it("is caused by the last attempt, that by the one before it, and the first by what was read", async () => {
    const models = fakeModels((_, { attempt }) =>
      attempt < 3 ? { error_type: "schema_violation", again: true } : "wait",
    );
    const { events, attempts } = await runAsking(one(asks), models);
    expect(attempts.map((event) => [named(event), event.retry_count, causesNamed(events, event)])).toEqual([
      ["retry agent alice/1/decide/0#1", 0, ["turn_start", "alice.wealth = 100"]],
      ["retry agent alice/1/decide/0#2", 1, ["retry agent alice/1/decide/0#1"]],
      ["success agent alice/1/decide/0#3", 2, ["retry agent alice/1/decide/0#2"]],
    ]);
    expect(causesNamed(events, decisionOf(events))).toEqual([
      "success agent alice/1/decide/0#3",
      "turn_start",
      "alice.wealth = 100",
    ]);
  });

  it("has what it asked before behind what it asks next", async () => {
    const twice: DecideFunction = async (_, context) => {
      const { text: first } = await context.ask({ purpose: "think", messages: user("What now?") });
      const { text } = await context.ask({ purpose: "decide", messages: user(first) });
      return { decision_type: text };
    };
    const { events, attempts } = await runAsking(
      one(twice),
      fakeModels((asked) => `${asked}!`),
    );
    expect(causesNamed(events, attempts[1])).toContain("success agent alice/1/think/0#1");
    expect(decisionOf(events)).toMatchObject({ decision_type: "What now?!!" });
  });

  it("puts its attempts on the tape, in the order in which they are on record, before what they led to", async () => {
    const { tape, attempts } = await runAsking(
      village({ alice: asks, bob: asks }),
      fakeModels(() => "wait"),
    );
    expect(tape.map(({ coordinate }) => coordinate)).toMatchObject([
      { actor: { type: "agent", agent_id: "alice" }, turn: 1, purpose: "decide", ordinal: 0, attempt: 1 },
      { actor: { type: "agent", agent_id: "bob" }, turn: 1 },
      { actor: { type: "agent", agent_id: "alice" }, turn: 2 },
      { actor: { type: "agent", agent_id: "bob" }, turn: 2 },
    ]);
    expect(attempts).toHaveLength(4);
  });

  it("counts what it asks when it asks, however long each answer takes, by purpose and key", async () => {
    const many: DecideFunction = async (_, { ask }) => {
      const answers = await Promise.all([
        ask({ purpose: "rate", key: "bob", messages: user("slow") }),
        ask({ purpose: "rate", key: "carol", messages: user("fast") }),
        ask({ purpose: "rate", key: "bob", messages: user("fast") }),
        ask({ purpose: "plan", messages: user("fast") }),
      ]);
      return { decision_type: answers.map(({ text }) => text).join(" ") };
    };
    const models = fakeModels(async (asked, { call }) => {
      if (asked === "slow") await new Promise((resolve) => setTimeout(resolve, 20));
      return `${call.coordinate.purpose}:${call.coordinate.key}/${call.coordinate.ordinal}`;
    });
    const { events, tape } = await runAsking(one(many), models);
    expect(decisionOf(events)).toMatchObject({
      decision_type: "rate:bob/0 rate:carol/0 rate:bob/1 plan:undefined/0",
    });
    expect(tape.map(({ coordinate: { key, ordinal } }) => `${key}/${ordinal}`).at(-1)).toBe("bob/0");
  });

  it("hears of one answer at a time: what it asks next rests on those that it has heard", async () => {
    const chained: DecideFunction = async (_, { ask }) => {
      const [text] = await Promise.all([
        ask({ purpose: "ask", key: "a", messages: user("a") }).then(
          async () => (await ask({ purpose: "ask", key: "c", messages: user("c") })).text,
        ),
        ask({ purpose: "ask", key: "b", messages: user("b") }),
      ]);
      return { decision_type: text };
    };
    // No tape, so that nothing but the asker keeps two answers that come at once apart.
    const { events, attempts } = await runAsking(
      one(chained),
      fakeModels((asked) => asked),
      { isTaped: false },
    );
    const third = attempts.find((event) => named(event).includes("ask:c"));
    expect(causesNamed(events, third)).toEqual([
      "success agent alice/1/ask:a/0#1",
      "turn_start",
      "alice.wealth = 100",
    ]);
  });

  it("gets an answer as its schema has it", async () => {
    const schema = z.object({ amount: z.number() });
    const typed: DecideFunction = async (_, context) => {
      const { value } = await context.ask({ purpose: "offer", messages: user("?"), schema });
      return { decision_type: "offer", new_value: value.amount + 1 };
    };
    const { events } = await runAsking(
      one(typed),
      fakeModels(() => '{"amount": 4}'),
    );
    expect(decisionOf(events)).toMatchObject({ new_value: 5 });
  });

  it("that lets the failure through sits the turn out, and has it among the causes of its next decision", async () => {
    const models = fakeModels((_, { call }) =>
      call.coordinate.turn === 1 ? { error_type: "refusal" } : "wait",
    );
    const { events, result } = await runAsking(village({ alice: asks, bob: idle }), models);
    expect(result).toMatchObject({ status: "completed", turns: 2 });
    const failure = events.find(
      (event) => event.event_type === "SYSTEM" && event.error_type === "agent_error",
    );
    expect(failure).toMatchObject({
      description: "alice could not decide: decide was not answered: refusal",
      subject_agent_id: "alice",
    });
    expect(causesNamed(events, failure)).toContain("failure agent alice/1/decide/0#1");
    const next = events.find((event) => event.event_type === "DECISION" && event.agent_id === "alice");
    expect(next?.caused_by).toContain(failure?.event_id);
  });

  it("that catches the failure decides all the same, caused by it", async () => {
    const careful: DecideFunction<View> = async (shown, context) => {
      try {
        return await asks(shown, context);
      } catch (error) {
        return { decision_type: isAskError(error, "refusal") ? "fall_back" : "fail" };
      }
    };
    const { events } = await runAsking(
      one(careful),
      fakeModels(() => ({ error_type: "refusal" })),
    );
    expect(decisionOf(events)).toMatchObject({ decision_type: "fall_back" });
    expect(causesNamed(events, decisionOf(events))).toContain("failure agent alice/1/decide/0#1");
  });

  it("is told what to add where no model is configured", async () => {
    const { events, attempts } = await runAsking(one(asks), undefined);
    expect(attempts).toEqual([]);
    expect(events).toContainEqual(
      expect.objectContaining({
        error_type: "agent_error",
        description: expect.stringContaining(
          "No language model is configured: add an llm block to the config, as in llm: {",
        ),
      }),
    );
  });
});
