import type { Event } from "@llm-sim/events/schema";
import { expect, it } from "vitest";
import { play } from "../testing/play.ts";

const phases = (events: readonly Event[]) =>
  events.filter((event) => event.event_type === "MILESTONE" && event.milestone_type === "phase_transition");

it("greed brings the stock down, and the log says when and why", async () => {
  await play(`${import.meta.dirname}/simulation.yaml`, {}, ({ events, state, summary }) => {
    const [collapse, ...more] = phases(events);
    expect(more).toEqual([]);
    expect(collapse).toMatchObject({ name: "collapse" });
    expect(summary.turns).toBeLessThan(30);
    expect(summary.reason).toMatch(/the stock has collapsed/);
    expect(state.global.fish).toBeLessThan(50);
    // Back from the collapse: what the fish were, and before that a boat's harvest, its decision, and what it saw.
    const byId = new Map(events.map((event) => [event.event_id, event]));
    const seen = new Set<string>();
    const walk = (event: Event | undefined) => {
      if (!event || seen.has(event.event_id)) return;
      seen.add(event.event_id);
      for (const id of event.caused_by ?? []) walk(byId.get(id));
    };
    walk(collapse);
    const turnsOfHarvests = events.flatMap((event) =>
      event.event_type === "ACTION" && seen.has(event.event_id) ? [event.turn_number] : [],
    );
    expect(new Set(turnsOfHarvests).size).toBe(summary.turns);
  });
});

it("restraint keeps it up", async () => {
  await play(`${import.meta.dirname}/restraint.yaml`, {}, ({ events, state, summary }) => {
    expect(phases(events)).toEqual([]);
    expect(summary.turns).toBe(60);
    expect(state.global.fish).toBeGreaterThan(400);
    for (const boat of Object.values(state.agents)) expect(boat.caught).toBeGreaterThan(500);
  });
});
