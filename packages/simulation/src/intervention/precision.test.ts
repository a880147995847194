import { describe, expect, it } from "vitest";
import type { Channel, Place } from "./channel.test.fixture.ts";
import { observed, simulationOf } from "./channel.test.fixture.ts";
import { TwoRuns } from "./claim.test.fixture.ts";
import { changesOf, withVariable } from "./interventions.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

/** Agents that look at little of much that they are shown. */
const channels: Record<string, Channel> = {
  "a getter": observed(
    (_, { global }) => ({
      get x() {
        return global.x;
      },
      get rest() {
        return [global.y, global.z, global.list.length];
      },
    }),
    ({ x }: { x: number }) => x,
  ),
  "a view": observed(
    (engine, { global }) => engine.seen({ x: () => global.x, rest: () => [global.y, global.z, global.list] }),
    ({ x }: { x: number }) => x,
  ),
  "two members of a view": observed(
    (engine, { global }) =>
      engine.seen({ x: () => global.x, y: () => global.y, rest: () => ({ ...global }) }),
    ({ x, y }: { x: number; y: number }) => x + y,
  ),
  "a piece handed out whole": observed(
    (_, { global }) => ({ place: global }),
    ({ place }: { place: Place["global"] }) => place.x + (place.box?.a ?? 0),
  ),
  "a function": observed(
    (_, { global }) => ({ ask: () => global.x, other: () => global.z }),
    ({ ask }: { ask: () => number }) => ask(),
  ),
};

describe("of the variables that a decision names as causes, those that make a difference", () => {
  it("are nine of ten and more with getters, views and pieces", async () => {
    let [telling, all] = [0, 0];
    for (const channel of Object.values(channels)) {
      const simulation = simulationOf(channel, false);
      const left = await recorded(simulation, "STATE");
      const decision = left.events.find(
        ({ event_type, agent_id, turn_number }) =>
          event_type === "DECISION" && agent_id === "alice" && turn_number === 2,
      );
      if (!decision) throw new Error("alice decides");
      // That she is there at all is behind every decision of hers: no value of hers is read.
      const causes = left
        .causesOf(decision)
        .filter((cause) => cause.event_type !== "MILESTONE" && cause.agent_id !== "alice");
      const found = new Set<string>();
      for (const change of changesOf(left, 2)) {
        const { left: side } = new TwoRuns(left, await recorded(withVariable(simulation, change), "STATE"));
        for (const cause of causes) {
          if (side.differs(decision) && side.readsWhatDiffers(cause, decision)) found.add(cause.event_id);
        }
      }
      all += causes.filter(({ event_type }) => event_type === "STATE").length;
      telling += found.size;
    }
    console.log(`precision with getters, views and pieces: ${(telling / all).toFixed(2)} of ${all} reads`);
    expect(all).toBeGreaterThan(5);
    expect(telling / all).toBeGreaterThanOrEqual(0.9);
  });
});
