import type { Event } from "@llm-sim/events/schema";
import { expect, it } from "vitest";
import { play } from "../testing/play.ts";

const config = `${import.meta.dirname}/simulation.yaml`;

it("people go from susceptible to infected to recovered, and nowhere else", async () => {
  await play(config, {}, ({ events, state, summary }) => {
    const courses = new Map<string, string[]>();
    for (const event of events) {
      if (event.event_type !== "STATE" || event.variable_name !== "health") continue;
      const course = courses.get(event.agent_id ?? "") ?? [];
      courses.set(event.agent_id ?? "", [...course, JSON.stringify(event.new_value)]);
    }
    expect(courses.size).toBe(1000);
    const ends = new Set([...courses.values()].map((course) => course.join(" ")));
    expect(ends).toEqual(
      new Set(['"susceptible"', '"susceptible" "infected" "recovered"', '"infected" "recovered"']),
    );
    expect(state.global.infected).toBe(0);
    expect(summary.reason).toMatch(/nobody is infected any more/);
    expect(events.length).toBeGreaterThan(50_000);
  });
});

it("every infection can be followed back to one of the first cases", async () => {
  await play(config, {}, ({ events }) => {
    const byId = new Map(events.map((event) => [event.event_id, event]));
    const causesOf = (event: Event) => (event.caused_by ?? []).flatMap((id) => byId.get(id) ?? []);
    const ofHealth = events.filter(
      (event) =>
        event.event_type === "STATE" &&
        event.variable_name === "health" &&
        event.new_value === "infected" &&
        event.turn_number > 0,
    );
    expect(ofHealth.length).toBeGreaterThan(100);
    for (const infection of ofHealth) {
      let event = infection;
      for (let step = 0; event.turn_number > 0; step++) {
        expect(step).toBeLessThan(100);
        // The rule of the infection, the conditions it rested on, and among those that somebody was ill.
        const source = causesOf(event)
          .flatMap((cause) => (cause.event_type === "DETAIL" ? [cause, ...causesOf(cause)] : [cause]))
          .flatMap((cause) => (cause.event_type === "DETAIL" ? causesOf(cause) : [cause]))
          .find((cause) => cause.event_type === "STATE" && cause.new_value === "infected");
        if (!source) throw new Error(`An infection in turn ${event.turn_number} has no source`);
        event = source;
      }
      expect(event).toMatchObject({ new_value: "infected", change: "added" });
    }
  });
});

it("every infection rests on the decisions that let the two meet", async () => {
  await play(config, { verbosity: "DETAIL" }, ({ events }) => {
    const byId = new Map(events.map((event) => [event.event_id, event]));
    const causesOf = (event: Event) => (event.caused_by ?? []).flatMap((id) => byId.get(id) ?? []);
    const infections = events.filter(
      (event) =>
        event.event_type === "DETAIL" && event.calculation_type === "infection" && event.turn_number > 1,
    );
    expect(infections.length).toBeGreaterThan(100);
    for (const infection of infections) {
      const { from, to } = infection.event_type === "DETAIL" ? infection.intermediate_values : {};
      const deciders = causesOf(infection)
        .flatMap((cause) => (cause.event_type === "DETAIL" ? causesOf(cause) : [cause]))
        .flatMap((cause) => (cause.event_type === "STATE" ? causesOf(cause) : [cause]))
        .filter((cause) => cause.event_type === "ACTION")
        .map((cause) => cause.agent_id);
      expect(deciders).toEqual(expect.arrayContaining([from, to]));
    }
  });
});
