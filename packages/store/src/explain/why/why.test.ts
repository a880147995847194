import { effectsAnswerSchema, type Step, whyAnswerSchema } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lake, type Tale, told } from "../told-run.test.fixture.ts";

/** Without the ids, which differ from time to time. */
function prose(steps: readonly Step[]): string[] {
  return steps.map(({ sentence }) => sentence);
}

const isState = (event: Event, name: string) => event.event_type === "STATE" && event.variable_name === name;

describe("why a variable has its value", () => {
  it("is told from the change over the action and the decision to what was read", () =>
    told(lake(3), async ({ explain, events }) => {
      const why = whyAnswerSchema.parse(await explain.why({ variable: "caught", agent_id: "ann", turn: 1 }));
      expect(why.summary).toBe(
        "ann.caught was 10 at the end of turn 1: written in that turn by harvest by ann.",
      );
      expect(prose(why.steps)).toEqual([
        "ann.caught went from 0 to 10 (+10) in turn 1.",
        "In turn 1 ann's harvest (amount: 10) was carried out.",
        "In turn 1 ann decided on fish: 10.",
        "ann had read fish, which was 100 as set up.",
      ]);
      expect(why.steps.map(({ depth }) => depth)).toEqual([0, 1, 2, 3]);
      expect(why).toMatchObject({ value: 10, complete: true, truncated: false, gaps: [], refused: [] });
      expect(why.event).toEqual(events.find((event) => isState(event, "caught") && event.turn_number === 1));
    }));

  it("tells of repetitions together", () =>
    told(lake(9), async ({ explain }) => {
      const { steps } = await explain.why({ variable: "ann.caught", depth: 40 });
      expect(prose(steps)[0]).toMatch(
        /^ann\.caught went from \S+ to \S+ \(\+\S+\) in turn 9 — 9 turns in a row, from 1 to 9, \+\S+ together\.$/,
      );
      expect(steps.length).toBeLessThan(9);
      const decision = steps.find(
        ({ event_type, agent_id }) => event_type === "DECISION" && agent_id === "ann",
      );
      expect(decision).toMatchObject({ turn: 9, event_ids: [expect.any(String)] });
    }));

  it("stops where the cause is the turn itself, and names the rule", () =>
    told(lake(2), async ({ explain }) => {
      const { steps, truncated } = await explain.why({ variable: "fish" });
      expect(prose(steps)).toEqual(
        ["fish went from 77.44 to 85.18 (+7.74) in turn 2, by the rule growth."].map(() =>
          expect.stringMatching(/^fish went from .* in turn 2, by the rule growth\.$/),
        ),
      );
      expect(truncated).toBe(false);
    }));

  it("is answered by the same words for the same events, in any order of questions", () =>
    told(lake(4), async ({ explain }) => {
      const once = await explain.why({ variable: "bob.caught", depth: 9 });
      await explain.why({ variable: "fish" });
      expect(await explain.why({ variable: "caught", agent_id: "bob", depth: 9 })).toEqual(once);
    }));

  it("tells of the model that was asked", () =>
    told(
      (stream, world) => {
        world.set(stream, "ann.mood", "calm");
        const turn = stream.startTurn(1);
        const call = turn.system("success", {
          subject_agent_id: "ann",
          description: "Asked llama: 80 tokens",
          details: { system_event_type: "model_call" },
        });
        const decision = turn.decision("ann", "shout", { caused_by: [call, world.read("ann.mood")] });
        const action = turn.action(
          "ann",
          "shout",
          { words: ["a", "b"] },
          { caused_by: decision, participating_agent_ids: ["ann", "bob"] },
        );
        world.set(turn, "ann.mood", "cross", { caused_by: action });
        turn.end(world.hashed);
      },
      async ({ explain }) => {
        const { steps } = await explain.why({ variable: "ann.mood" });
        expect(prose(steps)).toEqual([
          'ann.mood went from "calm" to "cross" in turn 1.',
          'In turn 1 ann\'s shout with bob (words: ["a","b"]) was carried out.',
          "In turn 1 ann decided on shout.",
          "In turn 1 ann's model was asked (success): Asked llama: 80 tokens.",
          'ann had read ann.mood, which was "calm" as set up.',
        ]);
      },
    ));

  it("tells that the agent came, or decides again", () =>
    told(
      (stream, world) => {
        world.set(stream, "bread", 3);
        const roster = { subject_agent_id: "ann", details: { system_event_type: "agent_added" } };
        const came = stream.system("success", {
          ...roster,
          description: "ann came, of type child, by rule births",
        });
        const turn = stream.startTurn(1);
        const back = turn.system("success", { ...roster, details: { system_event_type: "agent_resumed" } });
        const decision = turn.decision("ann", "eat", { caused_by: [came, back] });
        world.set(turn, "bread", 2, { caused_by: turn.action("ann", "eat", {}, { caused_by: decision }) });
        turn.end(world.hashed);
      },
      async ({ explain }) => {
        const { steps } = await explain.why({ variable: "bread" });
        expect(prose(steps)).toEqual([
          "bread went from 3 to 2 (-1) in turn 1.",
          "In turn 1 ann's eat was carried out.",
          "In turn 1 ann decided on eat.",
          "In turn 1 ann went on deciding.",
          "In turn 0 ann came, of type child, by rule births.",
        ]);
      },
    ));

  it("tells of a failure before in the words that say what it was", () =>
    told(
      (stream, world) => {
        world.set(stream, "bread", 3);
        const failure = stream.startTurn(1).system("failure", {
          subject_agent_id: "ann",
          error_type: "decide_timeout",
          description: "ann did not decide in time",
        });
        const turn = stream.startTurn(2);
        const eaten = turn.action(
          "ann",
          "eat",
          {},
          { caused_by: turn.decision("ann", "eat", { caused_by: failure }) },
        );
        world.set(turn, "bread", 0, { caused_by: eaten });
        turn.end(world.hashed);
      },
      async ({ explain }) => {
        const { steps } = await explain.why({ variable: "bread" });
        expect(prose(steps).at(-1)).toBe("In turn 1 ann did not decide in time.");
      },
    ));

  it("tells of many agents who do the same together", () =>
    told(
      (stream, world) => {
        const agents = Array.from({ length: 12 }, (_, at) => `agent-${at}`);
        for (const agent of agents) world.set(stream, `${agent}.health`, "well");
        const turn = stream.startTurn(1);
        world.set(turn, "alarm", true, {
          caused_by: turn.decision("mayor", "alarm", {
            caused_by: agents.map((agent) => world.read(`${agent}.health`)),
          }),
        });
        turn.end(world.hashed);
      },
      async ({ explain }) => {
        const { steps } = await explain.why({ variable: "alarm" });
        expect(steps).toHaveLength(3);
        expect(prose(steps)[2]).toBe(
          'mayor had read *.health of 12, each "well" as set up: agent-11, agent-10, agent-9 and 9 more.',
        );
      },
    ));

  it("says what was refused meanwhile, where the value stayed as it was", () =>
    told(
      (stream, world) => {
        world.set(stream, "ann.wealth", 5);
        for (const [place, refused_by] of [undefined, "validator", "engine", "payload"].entries()) {
          const turn = stream.startTurn(place + 1);
          const decision = turn.decision("ann", "buy");
          turn.system("warning", {
            error_type: "validation_error",
            subject_agent_id: "ann",
            description: "ann: buy refused: too dear",
            details: { refused_by },
            caused_by: decision,
          });
          turn.end(world.hashed);
        }
      },
      async ({ explain }) => {
        const why = await explain.why({ variable: "ann.wealth", turn: 4 });
        expect(why.summary).toBe("ann.wealth was 5 at the end of turn 4, as it was set up.");
        expect(why.refused.map(({ turn, sentence }) => [turn, sentence])).toEqual([
          [4, "In turn 4 an action was refused for its payload: ann: buy refused: too dear."],
          [3, "In turn 3 the engine refused: ann: buy refused: too dear."],
          [2, "In turn 2 the validator said no: ann: buy refused: too dear."],
          // A log that does not say who it was.
          [1, "In turn 1 an action was refused: ann: buy refused: too dear."],
        ]);
        expect((await explain.why({ variable: "ann.wealth", turn: 1 })).refused).toHaveLength(1);
      },
    ));

  it("says what was refused before a moment, however much was refused after it", () =>
    told(
      (stream, world) => {
        world.set(stream, "ann.wealth", 5);
        for (const [turn, times] of [1, 1100].entries()) {
          const scope = stream.startTurn(turn + 1);
          const decision = scope.decision("ann", "buy");
          for (let time = 0; time < times; time++)
            scope.system("warning", {
              error_type: "validation_error",
              subject_agent_id: "ann",
              description: "ann: buy refused: too dear",
              caused_by: decision,
            });
          scope.end(world.hashed);
        }
      },
      async ({ explain }) => {
        const { refused } = await explain.why({ variable: "ann.wealth", turn: 1 });
        expect(refused.map(({ turn }) => turn)).toEqual([1]);
      },
    ));

  it("says where a loss breaks the chain, and where a cause is not in the log", async () => {
    const lost = { error_type: "session_lost", description: "The writer died." };
    await told(
      lake(3, { onTurn: (turn, scope) => void (turn === 2 && scope.system("warning", lost)) }),
      async ({ explain }) => {
        const why = await explain.why({ variable: "ann.caught", turn: 2 });
        expect(why).toMatchObject({ complete: false, gaps: [{ kind: "loss", turn_end: 2 }] });
        expect((await explain.why({ variable: "ann.caught", turn: 1 })).complete).toBe(true);
      },
    );
    await told(
      lake(1),
      async ({ explain }) => {
        const why = await explain.why({ variable: "ann.caught" });
        expect(why).toMatchObject({ complete: false, gaps: [{ kind: "missing_cause", turn_end: 1 }] });
      },
      { lines: (lines) => lines.filter((line) => !(line.includes('"DECISION"') && line.includes('"ann"'))) },
    );
  });

  it("says which verbosity would have shown more", () =>
    told(
      lake(2),
      async ({ explain, events }) => {
        const action = events.findLast(({ event_type }) => event_type === "ACTION");
        const why = await explain.why({ event_id: action?.event_id ?? "", depth: 9 });
        expect(why.steps.map(({ event_type }) => event_type)).toContain("DECISION");
        expect(why).toMatchObject({
          complete: false,
          gaps: [{ kind: "verbosity", needed_verbosity: "STATE" }],
        });
        await expect(explain.why({ variable: "fish" })).rejects.toMatchObject({
          details: { reason: "STATE_NOT_RECORDED" },
        });
      },
      { verbosity: "ACTION" },
    ));

  it("is asked of a variable or of an event, not of both", () =>
    told(lake(1), async ({ explain, events }) => {
      const event_id = events[0]?.event_id ?? "";
      await expect(explain.why({})).rejects.toMatchObject({ details: { parameter: "variable" } });
      await expect(explain.why({ event_id, variable: "fish" })).rejects.toMatchObject({
        details: { parameter: "variable" },
      });
      await expect(explain.why({ variable: "fish", turn: 9 })).rejects.toMatchObject({
        details: { parameter: "turn" },
      });
      await expect(explain.why({ variable: "fish", turn: 1, since: 2 })).rejects.toMatchObject({
        details: { parameter: "since" },
      });
      expect(prose((await explain.why({ event_id })).steps)).toEqual(
        ["the simulation began."].map((text) => expect.stringMatching(new RegExp(text, "i"))),
      );
    }));
});

describe("a chain of causes", () => {
  /** Random takes: agents who read, decide and act; some idle. */
  const tale: fc.Arbitrary<Tale> = fc
    .array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 8 })
    .map((takes) =>
      lake(takes.length, { take: (agent, turn) => takes[turn - 1]?.[agent === "ann" ? 0 : 1] ?? 0 }),
    );

  it("is contained in the causal graph, and each step is as far as it says", async () => {
    await fc.assert(
      fc.asyncProperty(tale, fc.integer({ min: 1, max: 30 }), fc.nat(1000), (story, depth, pick) =>
        told(story, async ({ explain, events }) => {
          const event = events[pick % events.length];
          if (event === undefined) return;
          const distances = distancesFrom(event, (one) =>
            events.filter(({ event_id }) => one.caused_by?.includes(event_id)),
          );
          const { steps } = await explain.why({ event_id: event.event_id, depth });
          for (const step of steps) {
            for (const id of step.event_ids) expect(distances.get(id)).toBeLessThanOrEqual(depth);
            expect(step.depth).toBe(distances.get(step.event_id));
          }
          expect(steps.map((step) => step.depth)).toEqual(
            steps.map((step) => step.depth).toSorted((a, b) => a - b),
          );
          const effects = distancesFrom(event, (one) =>
            events.filter(({ caused_by }) => caused_by?.includes(one.event_id)),
          );
          const forward = effectsAnswerSchema.parse(
            await explain.effects({ event_id: event.event_id, depth: Math.min(depth, 20) }),
          );
          for (const step of forward.steps) expect(effects.get(step.event_id)).toBe(step.depth);
        }),
      ),
      { numRuns: 40 },
    );
  });

  it("goes forward to what a decision led to", () =>
    told(lake(3), async ({ explain, events }) => {
      const decision = events.find(
        ({ event_type, turn_number }) => event_type === "DECISION" && turn_number === 1,
      );
      const effects = await explain.effects({ event_id: decision?.event_id ?? "", depth: 2 });
      expect(prose(effects.steps)).toEqual([
        "In turn 1 ann decided on fish: 10.",
        "In turn 1 ann's harvest (amount: 10) was carried out.",
        "fish went from 100 to 90 (-10) in turn 1.",
        "ann.caught went from 0 to 10 (+10) in turn 1.",
      ]);
      expect(effects).toMatchObject({ events: 3, changes: 2, complete: true });
      expect(effects.summary).toBe(
        "In turn 1 ann decided on fish: 10; that led to 3 events in the same turn, 2 changes of the state among them.",
      );
    }));
});

/** Steps to each event by the shortest way, milestones not passed through but at the start. */
function distancesFrom(start: Event, next: (event: Event) => Event[]): Map<string, number> {
  const distances = new Map([[start.event_id, 0]]);
  const queue = [start];
  for (const event of queue) {
    for (const other of next(event)) {
      if (other.event_type === "MILESTONE" || distances.has(other.event_id)) continue;
      distances.set(other.event_id, (distances.get(event.event_id) ?? 0) + 1);
      queue.push(other);
    }
  }
  return distances;
}
