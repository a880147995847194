import type { Event } from "@llm-sim/events/schema";
import { beforeAll, expect, it } from "vitest";
import { type Played, play } from "../testing/play.ts";

let played: Played;
let byId: Map<string, Event>;

beforeAll(async () => {
  played = await play(`${import.meta.dirname}/simulation.yaml`, { verbosity: "DETAIL" }, (whole) => whole);
  byId = new Map(played.events.map((event) => [event.event_id, event]));
}, 120_000);

function causesOf(event: Event): Event[] {
  return (event.caused_by ?? []).flatMap((id) => byId.get(id) ?? []);
}

it("people go from susceptible to infected to recovered, and nowhere else", () => {
  const { events, state, summary } = played;
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

it("every infection can be followed back to one of the first cases", () => {
  const { events } = played;
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

it("every infection rests on the decisions that let the two meet", () => {
  const { events } = played;
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

it("the end rests on the last infection, not on everybody", () => {
  const isInfection = (event: Event) =>
    event.event_type === "DETAIL" && event.calculation_type === "infection";
  const last = played.events.findLast(isInfection);
  for (const type of ["phase_transition", "simulation_end"]) {
    const ends = played.events.filter(
      (event) => event.event_type === "MILESTONE" && event.milestone_type === type,
    );
    const read = ends
      .flatMap(causesOf)
      .flatMap((cause) => (cause.event_type === "DETAIL" ? causesOf(cause) : []))
      .filter((cause) => cause.event_type === "STATE");
    expect(read).toMatchObject([{ variable_name: "ill_until", caused_by: [last?.event_id] }]);
  }
});
