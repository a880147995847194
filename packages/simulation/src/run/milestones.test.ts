import { describe, expect, it } from "vitest";
import { type AgentType, defineSimulation, type Simulation } from "../index.ts";
import {
  causesOf,
  earner,
  label,
  run,
  type View,
  type Village,
  VillageEngine,
} from "./village.test.fixture.ts";

class Growing extends VillageEngine {
  override afterActions(): void {
    if ((this.world.agents.alice?.wealth ?? 0) > 100) this.phase(`rich in ${this.turn}`);
  }
}

/** Changes the state where it must not. */
class Meddling extends VillageEngine {
  override afterActions(): void {
    Reflect.set(this.world.agents, "zed", { wealth: 1 });
  }
}

class MeddlingWithin extends VillageEngine {
  override afterActions(): void {
    Object.assign(this.world.global, { taxes: 1 });
  }
}

function simulation(engine: typeof VillageEngine, alice: AgentType): Simulation {
  const agent = { name: "alice", agent: alice, initial_state: { wealth: 100 } };
  return defineSimulation({ name: "village", turns: 4, seed: 1, engine, params: {}, agents: [agent] });
}

describe("a run of which only milestones are recorded", () => {
  it("names the turn alone as long as nothing else is on record", async () => {
    const { events } = await run(simulation(Growing, earner), "MILESTONE");
    const phase = events.find((event) => label(event) === "phase_transition rich in 3");
    expect(causesOf(events, phase)).toEqual(["turn_start"]);
  });

  it("follows what went wrong from there on, through decisions, actions and the state", async () => {
    const failing: AgentType = (view: View, context) => {
      if (context.turn === 2) throw new Error("no idea");
      return context.turn === 3 ? earner(view, context) : { decision_type: "wait" };
    };
    const { events } = await run(simulation(Growing, failing), "MILESTONE");
    for (const turn of [3, 4]) {
      const phase = events.find((event) => label(event) === `phase_transition rich in ${turn}`);
      expect(causesOf(events, phase)).toContain("failure agent_error alice");
    }
  });

  it.each([[Meddling], [MeddlingWithin]])("guards the state as at any level: %o", async (engine) => {
    for (const level of ["MILESTONE", "STATE"] as const) {
      const { error } = await run(simulation(engine, earner), level);
      expect(String(error)).toMatch(/read[- ]only/);
    }
  });

  it("refuses what is read of an observation after the decision, as at any level", async () => {
    for (const level of ["MILESTONE", "STATE"] as const) {
      let kept: Village["agents"][string] | undefined;
      const late: AgentType = (view: View) => {
        if (kept) void kept.wealth;
        kept = view.me;
        return { decision_type: "wait" };
      };
      const { events } = await run(simulation(VillageEngine, late), level);
      const failures = events.filter((event) => event.event_type === "SYSTEM" && event.status === "failure");
      expect(failures.map(({ turn_number }) => turn_number)).toEqual([2, 3, 4]);
      expect(failures[0]?.description).toContain("An observation can be read until its decision is made");
    }
  });
});
