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
    const infections = events.filter(
      (event) => event.event_type === "STATE" && event.details?.rule === "infection",
    );
    const ofHealth = infections.filter(
      (event) => event.event_type === "STATE" && event.variable_name === "health",
    );
    expect(ofHealth.length).toBeGreaterThan(100);
    for (const infection of ofHealth) {
      let event = infection;
      for (let step = 0; event.turn_number > 0; step++) {
        expect(step).toBeLessThan(100);
        const source = (event.caused_by ?? [])
          .map((id) => byId.get(id))
          .find((cause) => cause?.event_type === "STATE" && cause.variable_name === "health");
        if (!source) throw new Error(`An infection in turn ${event.turn_number} has no source`);
        event = source;
      }
      expect(event).toMatchObject({ new_value: "infected", change: "added" });
    }
  });
});
