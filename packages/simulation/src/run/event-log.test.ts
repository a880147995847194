import type { VerbosityLevel } from "@llm-sim/events/schema";
import { StateFold } from "@llm-sim/events/state";
import { describe, expect, it } from "vitest";
import { causesOf, earner, giver, idle, isState, label, run, village } from "./village.test.fixture.ts";

describe("a run's log", () => {
  it("tells everything, in order", async () => {
    const { events, summary } = await run(village({ alice: giver, bob: idle }, { turns: 1 }));
    expect(events.map(label)).toEqual([
      "simulation_start",
      ".rate = 1",
      ".taxes = 0",
      "alice.wealth = 100",
      "bob.wealth = 100",
      "turn_start",
      "alice decides share",
      "bob decides wait",
      "alice does give",
      "alice.wealth = 95",
      "bob.wealth = 105",
      "detail interest",
      "alice.wealth = 190",
      "bob.wealth = 210",
      "turn_end",
      "simulation_end",
    ]);
    expect(summary).toMatchObject({ name: "village", seed: 1, status: "completed", turns: 1 });
    expect(summary?.stats).toMatchObject({ emitted: 16, written: 16, pending: 0, dropped: 0 });
    expect(events.every((event) => (event.description ?? "") !== "")).toBe(true);
  });

  it("begins with every variable, added, caused by the start", async () => {
    const { events } = await run(village({ alice: idle }));
    const initial = events.filter(isState).filter((event) => event.turn_number === 0);
    expect(initial).toHaveLength(3);
    for (const event of initial) {
      expect(event).toMatchObject({ old_value: null, change: "added" });
      expect(causesOf(events, event)).toEqual(["simulation_start"]);
    }
  });

  it("has each change caused by the very action or rule that made it", async () => {
    const { events } = await run(village({ alice: giver, bob: earner }, { turns: 1 }));
    const because = Object.fromEntries(
      events
        .filter((event) => event.turn_number === 1)
        .map((event) => [label(event), causesOf(events, event)]),
    );
    expect(because).toEqual({
      turn_start: ["simulation_start"],
      "alice decides share": ["turn_start", "alice.wealth = 100"],
      "bob decides work": ["turn_start", "bob.wealth = 100"],
      "alice does give": ["alice decides share", "bob.wealth = 100", "alice.wealth = 100"],
      "alice.wealth = 95": ["alice does give"],
      "bob.wealth = 105": ["alice does give"],
      "bob does earn": ["bob.wealth = 105", "bob decides work"],
      "detail wage": ["bob does earn", "bob.wealth = 105"],
      "bob.wealth = 115": ["bob does earn"],
      "detail interest": [
        "bob.wealth = 115",
        "alice.wealth = 95",
        "turn_start",
        "alice.wealth = 100",
        ".rate = 1",
      ],
      "alice.wealth = 190": ["detail interest"],
      "bob.wealth = 230": ["detail interest"],
      turn_end: ["turn_start"],
      simulation_end: ["turn_end"],
    });
  });

  it("has an interaction as one event with all who take part", async () => {
    const { events } = await run(village({ alice: giver, bob: idle }, { turns: 1 }));
    expect(events.find((event) => event.event_type === "ACTION")).toMatchObject({
      interaction_type: "gift",
      participating_agent_ids: ["alice", "bob"],
      action_payload: { to: "bob", amount: 5 },
    });
  });

  it("links a decision to the last write of what was read, across turns", async () => {
    const { events } = await run(village({ alice: earner }, { turns: 2 }));
    const second = events.findLast((event) => event.event_type === "DECISION");
    expect(causesOf(events, second)).toEqual([
      "turn_start",
      "alice.wealth = 220",
      "alice decides work", // an agent that declares nothing may remember
    ]);
  });

  it("links it to the causes of what was read where that is not recorded", async () => {
    const { events } = await run(village({ alice: earner }, { turns: 2 }), "ACTION");
    const second = events.findLast((event) => event.event_type === "DECISION");
    // Interest wrote last: its STATE and DETAIL are not there, so what it rested on stands in: turn 1, and what alice earned.
    expect(causesOf(events, second)).toEqual([
      "turn_start",
      "alice does earn",
      "alice decides work",
      "turn_start",
    ]);
  });

  it("has the event of a rule that changed something from STATE on", async () => {
    const { events } = await run(village({ alice: idle }, { turns: 1 }), "STATE");
    const change = events.filter(isState).at(-1);
    expect(causesOf(events, change)).toEqual(["detail interest"]);
    const rule = events.find((event) => event.event_type === "DETAIL");
    expect(rule).toMatchObject({ calculation_type: "interest", details: { rule: "interest" } });
    expect(causesOf(events, rule)).toEqual(["turn_start", "alice.wealth = 100", ".rate = 1"]);
    const { events: coarse } = await run(village({ alice: idle }, { turns: 1 }), "ACTION");
    expect(coarse.some((event) => event.event_type === "DETAIL")).toBe(false);
  });

  it("has phases, caused by what the engine names", async () => {
    const { events } = await run(village({ alice: idle }));
    const phase = events.find((event) => label(event) === "phase_transition prosperity");
    expect(causesOf(events, phase)).toEqual(["alice.wealth = 400", "turn_start"]);
  });

  it.each<VerbosityLevel>(["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL"])(
    "is whole at %s: every event but the first has causes that are in the log before it",
    async (verbosity) => {
      const agents = { alice: giver, bob: earner, carol: idle };
      const { events } = await run(village(agents, { turns: 5 }), verbosity);
      const seen = new Set<string>();
      for (const event of events) {
        if (seen.size > 0) expect(event.caused_by?.length, label(event)).toBeGreaterThan(0);
        for (const id of event.caused_by ?? []) expect(seen.has(id)).toBe(true);
        seen.add(event.event_id);
      }
    },
  );

  it("carries a state hash in each turn_end, which the folded STATE events have as well", async () => {
    const { events } = await run(village({ alice: giver, bob: earner }, { turns: 3 }), "STATE");
    const fold = new StateFold();
    let ends = 0;
    for (const event of events) {
      if (event.event_type === "STATE") {
        expect(event.old_value).toEqual(fold.get(event.agent_id, event.variable_name) ?? null);
        fold.apply(event);
      } else if (event.event_type === "MILESTONE" && event.milestone_type === "turn_end") {
        expect(event.details?.state_hash).toBe(fold.hash());
        ends += 1;
      }
    }
    expect(ends).toBe(3);
  });

  it("carries no state hash where the states are not recorded", async () => {
    const { events } = await run(village({ alice: idle }), "ACTION");
    expect(events.filter((event) => event.details?.state_hash !== undefined)).toEqual([]);
  });
});
