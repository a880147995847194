import { type Event, VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import type { RunOptions, RunResult } from "../index.ts";
import { earner, giver, idle, isState, label, run, village } from "./village.test.fixture.ts";

// Wealth doubles every turn: idle, alice has 200, 400, 800 …
const course = (
  breakWhen: string,
  verbosity?: Parameters<typeof run>[1],
  more: RunOptions = {},
): ReturnType<typeof run> =>
  run(village({ alice: idle, bob: earner }, { turns: 6 }), verbosity, { breakWhen, ...more });

const named = (events: readonly Event[], summary: RunResult | undefined): Event => {
  const event = events.find(({ event_id }) => event_id === summary?.broke_at?.event_id);
  if (event === undefined) throw new Error(`not in the log: ${summary?.broke_at?.event_id}`);
  return event;
};

describe("a run with breakWhen", () => {
  it("stops at the end of the turn in which the expression becomes true, and names the write", async () => {
    const { events, summary } = await course("alice.wealth >= 400", "STATE");
    expect(summary).toMatchObject({ status: "completed", turns: 2, broke_at: { turn: 2 } });
    const event = named(events, summary);
    expect(event).toMatchObject({
      event_type: "STATE",
      agent_id: "alice",
      variable_name: "wealth",
      old_value: 200,
      new_value: 400,
    });
    expect(summary?.reason).toBe(
      "Stopped in turn 2: alice.wealth >= 400 became true with alice.wealth: 200 → 400",
    );
    expect(events.slice(-2).map(label)).toEqual(["turn_end", "simulation_end"]);
    expect(events.at(-1)).toMatchObject({
      turn_number: 2,
      description: summary?.reason,
      details: { status: "completed", broke_at: summary?.broke_at },
    });
  });

  it("does so at every verbosity, naming what is recorded of it", async () => {
    const kinds: string[] = [];
    for (const verbosity of VERBOSITY_LEVELS) {
      const { events, summary } = await course("bob.wealth == 110 + 110", verbosity);
      expect(summary, verbosity).toMatchObject({ turns: 1, broke_at: { turn: 1 } });
      kinds.push(named(events, summary).event_type);
    }
    expect(kinds).toEqual(["MILESTONE", "DECISION", "ACTION", "STATE", "STATE"]);
    const { events, summary } = await course("bob.wealth == 110", "ACTION");
    expect(label(named(events, summary))).toBe("bob does earn");
  });

  it("stops also where nothing is recorded", async () => {
    const { summary } = await course("alice.wealth > 300", "STATE", { stream: "off" });
    expect(summary).toMatchObject({ turns: 2, broke_at: { turn: 2 } });
    expect(summary?.broke_at).not.toHaveProperty("event_id");
  });

  it("says for whom, where the expression has a wildcard", async () => {
    const { summary } = await course("*.wealth > 460");
    expect(summary?.broke_at).toMatchObject({ agent_id: "bob", turn: 3, expression: "*.wealth > 460" });
    expect(summary?.reason).toContain("became true for bob with bob.wealth: 460 → 470");
  });

  it("stops also for what held only within the turn", async () => {
    const { events, summary } = await run(village({ alice: giver, bob: idle }, { turns: 3 }), "STATE", {
      breakWhen: "alice.wealth == 95",
    });
    expect(summary?.turns).toBe(1);
    expect(named(events, summary)).toMatchObject({ old_value: 100, new_value: 95 });
    const last = events.filter(isState).findLast(({ agent_id }) => agent_id === "alice");
    expect(last?.new_value).toBe(190);
  });

  it("stops for the turn alone at the turn's start", async () => {
    const { events, summary } = await course("turn == 4");
    expect(summary).toMatchObject({ turns: 4, broke_at: { turn: 4 } });
    expect(label(named(events, summary))).toBe("turn_start");
    expect(summary?.reason).toMatch(/^Stopped in turn 4: turn == 4 became true as the turn began$/);
  });

  it("does not begin the first turn where the set-up is so already", async () => {
    const { events, summary } = await course("*.wealth == 100");
    expect(summary).toMatchObject({
      status: "completed",
      turns: 0,
      broke_at: { turn: 0, agent_id: "alice" },
    });
    expect(summary?.reason).toMatch(/^Stopped in the set-up: /);
    expect(events.map(label)).not.toContain("turn_start");
  });

  it("takes the set-up as a whole: half of it is no state", async () => {
    // Before bob's part is written, this would hold.
    const { summary } = await course("alice.wealth == 100 and not (bob.wealth > 0)");
    expect(summary?.turns).toBe(6);
  });

  it("does not begin the first turn where something is not there, as the condition has it", async () => {
    for (const stream of [undefined, "off"] as const) {
      const { summary } = await course("global.debt == null", "STATE", { stream });
      expect(summary).toMatchObject({ turns: 0, broke_at: { turn: 0 } });
      expect(summary?.reason).toBe("Stopped in the set-up: global.debt == null became true from the start");
    }
    const { summary } = await course("alice.wealth == null");
    expect(summary?.turns).toBe(6);
  });

  it("goes to its end where it never becomes true", async () => {
    const { summary, events } = await course("alice.wealth < 0");
    expect(summary).toMatchObject({ status: "completed", turns: 6, reason: undefined });
    expect(summary).not.toHaveProperty("broke_at.turn");
    expect(events.at(-1)?.details).toEqual({ status: "completed" });
  });

  it("changes nothing of the course up to there", async () => {
    const labels = async (breakWhen?: string) =>
      (await run(village({ alice: idle, bob: earner }, { turns: 4 }), "DETAIL", { breakWhen })).events.map(
        label,
      );
    const [whole, cut] = [await labels(), await labels("turn == 3")];
    expect(cut.slice(0, -1)).toEqual(whole.slice(0, cut.length - 1));
  });

  it("warns at once of a variable that nothing has", async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    await course(
      "alcie.wealth < 0 or alcie.wealth > 900 or *.welth < 0 or global.rate > 5 or bob.wealth < 0",
      "STATE",
      {
        onWarning,
      },
    );
    expect(warnings).toEqual([
      'The condition names alcie.wealth, which nothing has after the set-up; did you mean "alice.wealth"?',
      'The condition names *.welth, which nothing has after the set-up; did you mean "*.wealth"?',
    ]);
  });

  it("does not begin with an expression that cannot be understood", async () => {
    const { error, events } = await course("alice.wealth <");
    expect(error).toMatchObject({
      code: "SETUP_FAILED",
      message: expect.stringMatching(/^The condition of breakWhen cannot be made: .*at character \d+/),
    });
    expect(events).toEqual([]);
  });
});
