import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventHandle } from "@llm-sim/events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sumOf } from "../ledger/index.ts";
import { record, type Tale, type Told } from "../told-run.test.fixture.ts";

const AGENTS = Array.from({ length: 1000 }, (_, at) => `agent-${at}`);
const TURNS = 3;

/** Everybody looks at 60 others and buys, which moves the price; then a rule goes through everybody, another counts. */
const crowd: Tale = (stream, world) => {
  world.set(stream, "price", 100);
  world.set(stream, "buyers", 0);
  for (const agent of AGENTS) {
    world.set(stream, `${agent}.wealth`, 1000);
    world.set(stream, `${agent}.mood`, "calm");
  }
  const wealth = () => AGENTS.map((agent) => world.read(`${agent}.wealth`));
  const before = new Map<string, EventHandle>();
  for (let turn = 1; turn <= TURNS; turn++) {
    const scope = stream.startTurn(turn);
    const decisions = AGENTS.map((agent, at) => {
      const looked = AGENTS.slice(at % 900, (at % 900) + 60).map((other) => world.read(`${other}.mood`));
      const last = before.get(agent);
      const decision = scope.decision(agent, "trade", {
        old_value: "wait",
        new_value: "buy",
        caused_by: [world.read("price"), ...looked, ...(last === undefined ? [] : [last])],
        details: { remembered: { turn: turn - 1 } },
      });
      before.set(agent, decision);
      return { agent, decision };
    });
    for (const { agent, decision } of decisions) {
      const action = scope.action(
        agent,
        "buy",
        { amount: 1 },
        { caused_by: [decision, world.read("price")] },
      );
      world.set(scope, "price", world.number("price") + 1, { caused_by: action });
      world.set(scope, `${agent}.mood`, turn % 2 === 0 ? "calm" : "keen", { caused_by: action });
    }
    const interest = scope.detail("interest", {}, { caused_by: wealth() });
    for (const agent of AGENTS)
      world.set(scope, `${agent}.wealth`, world.number(`${agent}.wealth`) + turn, { caused_by: interest });
    const census = scope.detail(
      "census",
      {},
      { caused_by: AGENTS.map((agent) => world.read(`${agent}.mood`)) },
    );
    world.set(scope, "buyers", turn * 1000, { caused_by: census });
    scope.end(world.hashed);
  }
};

describe("why, among a thousand agents", () => {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-crowd-"));
  let run: Told;
  beforeAll(async () => {
    run = await record(output, crowd, { verbosity: "DETAIL" });
  }, 30_000);
  afterAll(() => rmSync(output, { recursive: true, force: true }));

  it("is a screenful at most, whatever is asked", async () => {
    const { explain, events } = run;
    const decision = events.findLast(({ event_type }) => event_type === "DECISION")?.event_id ?? "";
    const action = events.findLast(({ event_type }) => event_type === "ACTION")?.event_id ?? "";
    for (const question of [
      { variable: "price" },
      { variable: "buyers" },
      { variable: "agent-500.wealth" },
      { variable: "agent-500.mood" },
      { event_id: decision },
      { event_id: action },
    ]) {
      const answer = await explain.why(question);
      expect(answer.steps.length, JSON.stringify(question)).toBeLessThanOrEqual(12);
      expect(answer.truncated, JSON.stringify(question)).toBe(false);
    }
  });

  it("tells of values of one name together: how many, what they were, three by name", async () => {
    const { explain } = run;
    const { steps } = await explain.why({ variable: "agent-999.mood" });
    expect(steps.map(({ part }) => part)).toEqual([
      "asked",
      "carried",
      "decided",
      "rested",
      "rested",
      "rested",
      "remembered",
    ]);
    expect(steps.slice(2).map(({ sentence }) => sentence)).toEqual([
      'In turn 3 agent-999 decided on trade: "buy" instead of "wait".',
      "agent-999 had read price, which was 2100 as turn 2 had left it.",
      'agent-999 had read *.mood of 60, each "calm" as turn 2 had left it: agent-158, agent-157, agent-156 and 57 more.',
      "agent-999's buy rested on price, which was 3099 by then.",
      'agent-999 may have gone by what it remembers of turn 2, when it decided on trade: "buy" instead of "wait".',
    ]);
  });

  it("counts what very many did alike, and goes from a rule on to whose decision it was", async () => {
    const { explain } = run;
    const { steps } = await explain.why({ variable: "buyers" });
    expect(steps.map(({ count }) => count).slice(2, 5)).toEqual([1000, 1000, 1000]);
    expect(steps.slice(2, 5).map(({ name }) => name)).toEqual(["buy", "trade", "mood"]);
  });

  it("leaves the others' out where a rule goes through everybody", async () => {
    const { explain } = run;
    const { steps, ledger } = await explain.why({ variable: "agent-500.wealth" });
    expect(steps.map(({ sentence }) => sentence)).toEqual([
      '"agent-500".wealth went from 1003 to 1006 (+3) in turn 3 — 3 turns in a row, from 1 to 3, +6 together.',
      'In turn 3 the rule interest took effect on "agent-500".wealth, which was 1003 as turn 2 had left it.',
      "The rule interest rested on *.wealth of 999, each 1003 as turn 2 had left it: agent-999, agent-998, agent-997 and 996 more.",
    ]);
    expect(ledger?.change).toBe("+6");
  });

  it("gives what a thousand did to a number as a ledger that adds up", async () => {
    const { ledger } = await run.explain.why({ variable: "price" });
    expect(ledger).toMatchObject({ change: "+3000" });
    expect(sumOf(ledger?.entries.map(({ amount }) => amount) ?? [])).toBe("+3000");
  });
});
