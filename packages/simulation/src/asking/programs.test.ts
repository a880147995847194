import { setImmediate as nextTask } from "node:timers/promises";
import type { Event } from "@llm-sim/events/schema";
import { parseCoordinate } from "@llm-sim/events/tape";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { canonicalLog } from "../canonical/index.ts";
import type { AgentContext, DecideFunction } from "../index.ts";
import { type View, village } from "../run/village.test.fixture.ts";
import { fakeModels, isAttempt, runAsking, user } from "./asking.test.fixture.ts";

/** What an agent does on its way to a decision: asks, one after the other or at once, awaited or not, and reads in between. */
type Step =
  | { do: "ask"; purpose: string; key?: string | undefined; tries: number; fails: boolean }
  | { do: "at_once"; steps: Step[] }
  | { do: "leave"; purpose: string }
  | { do: "read" };

const purpose = fc.constantFrom("plan", "rate");
const ask = fc.record({
  do: fc.constant("ask" as const),
  purpose,
  key: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
  tries: fc.integer({ min: 1, max: 3 }),
  fails: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: ask },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("at_once" as const),
      steps: fc.array(ask, { minLength: 2, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), purpose }) },
  { weight: 1, arbitrary: fc.constant({ do: "read" as const }) },
);
const program = fc.array(step, { maxLength: 5 });

async function take(taken: Step, shown: View, context: AgentContext): Promise<string> {
  switch (taken.do) {
    case "ask": {
      const content = JSON.stringify({ tries: taken.tries, fails: taken.fails });
      return context.ask({ purpose: taken.purpose, key: taken.key, messages: user(content) }).then(
        ({ text }) => text,
        (error: unknown) => String(error),
      );
    }
    case "at_once":
      return (await Promise.all(taken.steps.map((one) => take(one, shown, context)))).join();
    case "leave":
      void context.ask({ purpose: taken.purpose, messages: user("{}") });
      return "left";
    case "read":
      return String(shown.world.rate);
  }
}

const agentOf =
  (steps: readonly Step[]): DecideFunction<View> =>
  async (shown, context) => {
    const said: string[] = [];
    for (const one of steps) said.push(await take(one, shown, context));
    return { decision_type: "done", new_value: said };
  };

const wanted = z.object({ tries: z.number().default(1), fails: z.boolean().default(false) });

/** Answers after as many rounds of the event loop as `delays` says, as what was asked wants it. */
function modelsWith(delays: readonly number[]) {
  let calls = 0;
  return fakeModels(async (asked, { attempt, question }) => {
    const rounds = delays[calls++ % delays.length] ?? 0;
    for (let round = 0; round < rounds; round++) await nextTask();
    const { tries, fails } = wanted.parse(JSON.parse(asked));
    if (attempt < tries) return { error_type: "schema_violation", again: true };
    return fails ? { error_type: "refusal" } : `${question.purpose} ${question.key}`;
  });
}

const delays = fc.array(fc.nat(6), { minLength: 1, maxLength: 8 });

describe("whatever agents ask, in whatever order they are answered", () => {
  it("each attempt has a coordinate of its own, its entry on the tape, and the causes that it is said to have", async () => {
    await fc.assert(
      fc.asyncProperty(program, program, delays, async (alice, bob, rounds) => {
        const simulation = village({ alice: agentOf(alice), bob: agentOf(bob) });
        const { events, attempts, tape } = await runAsking(simulation, modelsWith(rounds));
        const calls = attempts.map(callOf);
        expect(new Set(calls).size).toBe(calls.length);
        expect(tape.map(({ coordinate }) => coordinate)).toEqual(calls.map(parseCoordinate));
        const byId = new Map(events.map((event) => [event.event_id, event]));
        const byCall = new Map(attempts.map((event) => [callOf(event), event]));
        for (const event of attempts) expectCauses(event, byCall, byId);
        for (const event of events) if (event.event_type === "DECISION") expectDecided(event, events);
      }),
      { numRuns: 40 },
    );
  });

  it("who was faster changes nothing of what is asked, answered and decided", async () => {
    await fc.assert(
      fc.asyncProperty(program.map(keyed), delays, delays, async (steps, some, others) => {
        const simulation = village({ alice: agentOf(steps), bob: agentOf([]) });
        const [left, right] = [
          await runAsking(simulation, modelsWith(some)),
          await runAsking(simulation, modelsWith(others)),
        ];
        expect(left.attempts.map(callOf).toSorted()).toEqual(right.attempts.map(callOf).toSorted());
        const decided = ({ events }: typeof left) =>
          canonicalLog(events).flatMap((event) => (event.event_type === "DECISION" ? [event.new_value] : []));
        expect(decided(left)).toEqual(decided(right));
      }),
      { numRuns: 40 },
    );
  });

  it("the same answers in the same order are the same log", async () => {
    await fc.assert(
      fc.asyncProperty(program, program, delays, async (alice, bob, rounds) => {
        const simulation = village({ alice: agentOf(alice), bob: agentOf(bob) });
        const [left, right] = [
          await runAsking(simulation, modelsWith(rounds)),
          await runAsking(simulation, modelsWith(rounds)),
        ];
        expect(canonicalLog(left.events)).toEqual(canonicalLog(right.events));
      }),
      { numRuns: 30 },
    );
  });
});

function callOf(event: Event): string {
  const call: unknown = event.details?.call;
  return typeof call === "string" ? call : "";
}

/** Attempt n is caused by attempt n−1 alone; the first by the turn, and by whatever of its asker was answered before it was asked. */
function expectCauses(
  event: Event,
  byCall: ReadonlyMap<string, Event>,
  byId: ReadonlyMap<string, Event>,
): void {
  const { attempt = 0 } = parseCoordinate(callOf(event)) ?? {};
  const before = byCall.get(callOf(event).replace(/#\d+$/, `#${attempt - 1}`));
  if (attempt > 1) expect(event.caused_by).toEqual([before?.event_id]);
  else {
    const causes = (event.caused_by ?? []).map((id) => byId.get(id));
    expect(causes).toContainEqual(expect.objectContaining({ milestone_type: "turn_start" }));
    for (const cause of causes)
      if (cause && isAttempt(cause))
        expect(cause.subject_agent_id).toBe(event.event_type === "SYSTEM" && event.subject_agent_id);
  }
}

/** A decision is caused by the last attempt of each question, all of which come before it. */
function expectDecided(decision: Event, events: readonly Event[]): void {
  if (decision.event_type !== "DECISION") return;
  const at = events.indexOf(decision);
  const own = events.filter(
    (event) =>
      isAttempt(event) &&
      event.subject_agent_id === decision.agent_id &&
      event.turn_number === decision.turn_number,
  );
  for (const attempt of own) expect(events.indexOf(attempt)).toBeLessThan(at);
  const last = own.filter((event) => event.event_type === "SYSTEM" && event.status !== "retry");
  for (const attempt of last) expect(decision.caused_by).toContain(attempt.event_id);
}

/** What is asked at once has keys of its own, and nothing is left behind: which of several is told apart by who was faster otherwise. */
function keyed(steps: Step[]): Step[] {
  return steps
    .filter(({ do: what }) => what !== "leave")
    .map((one) =>
      one.do === "at_once"
        ? {
            ...one,
            steps: one.steps.map((inner, at) => (inner.do === "ask" ? { ...inner, key: `k${at}` } : inner)),
          }
        : one,
    );
}
