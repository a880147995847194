import { eventsAnswerSchema } from "@llm-sim/api";
import { openEventStream } from "@llm-sim/events";
import type { Event } from "@llm-sim/events/schema";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite([{ id: "sea", config: "commons/simulation.yaml", verbosity: "STATE" }]);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

const COLLAPSED = "Stopped in turn 12: the stock has collapsed.";
const world = (page: Page) => page.locator(".panel-world .panel-tools .count").first();
const counter = (page: Page) => page.locator(".turn-counter");

async function eventOf(turn: number): Promise<Event> {
  const asked = await fetch(
    `${site.server.url}/simulations/sea/events?turn_start=${turn}&event_types=ACTION`,
  );
  const [event] = eventsAnswerSchema.parse(await asked.json()).events;
  if (!event) throw new Error("no event");
  return event;
}

describe("a run that did not simply play its turns", () => {
  it("says why in the list and on its page, and leads to the event that says so", async () => {
    const page = await site.open("/");
    await page.getByRole("link", { name: COLLAPSED }).click();
    await page.locator(".event-details", { hasText: "the stock has collapsed" }).waitFor();
    await eventually(() => counter(page).textContent()).toBe("turn 12 of 12");
    await eventually(() => page.locator(".event-row.current").textContent()).toContain("has collapsed");
    await page.goto(`${site.server.url}/runs/sea`);
    await page.locator(".run-header").getByRole("link", { name: COLLAPSED }).click();
    await page.locator(".event-details", { hasText: "the stock has collapsed" }).waitFor();
    expect(site.faults).toEqual([]);
  });

  it("lost nothing where it was stopped", async () => {
    const run = { outputDir: site.outputDir, simulationId: "stopped", signals: false };
    const stream = await openEventStream(run);
    stream.turn(1, (scope) => scope.action("alice", "wait"));
    await stream.close({ status: "interrupted" });
    const page = await site.open("/");
    const row = page.locator("tr", { hasText: "stopped" });
    await row.locator(".status", { hasText: "interrupted" }).waitFor();
    expect(await row.locator(".warning").count()).toBe(0);
    await page.goto(`${site.server.url}/runs/stopped`);
    await page.locator(".run-header .status", { hasText: "interrupted" }).waitFor();
    expect(await page.locator(".run-header .warning").count()).toBe(0);
  });
});

describe("the moment that a page is at", () => {
  it("is the event's, of a link that names nothing but an event", async () => {
    const event = await eventOf(5);
    const page = await site.open(`/runs/sea?event=${event.event_id}`);
    await eventually(() => counter(page).textContent()).toBe("turn 5 of 12");
    await eventually(() => world(page).textContent()).toBe("within turn 5");
    await page.locator(".event-row.current.selected").waitFor();
  });

  it("is one and the same for world and list where the axis is clicked: the end of that turn", async () => {
    const page = await site.open("/runs/sea");
    const canvas = page.locator(".lanes-canvas");
    await canvas.waitFor();
    const { width = 0 } = (await canvas.boundingBox()) ?? {};
    await canvas.click({ position: { x: (7.5 / 13) * width, y: 8 } });
    await eventually(() => counter(page).textContent()).toBe("turn 7 of 12");
    await eventually(() => world(page).textContent()).toBe("end of turn 7");
    const current = page.locator(".event-row.current");
    await eventually(() => current.locator(".numeric").textContent()).toBe("7");
    const row = Number((await current.getAttribute("id"))?.replace("event-row-", ""));
    await eventually(() => page.locator(`#event-row-${row + 1} .numeric`).textContent()).toBe("8");
  });

  it("begins again where it is played from the end, by key and by button", async () => {
    const page = await site.open("/runs/sea?at=12&speed=16");
    await eventually(() => counter(page).textContent()).toBe("turn 12 of 12");
    for (const begin of [
      () => page.keyboard.press(" "),
      () => page.getByRole("button", { name: "Play", exact: true }).click(),
    ]) {
      await begin();
      await eventually(() => counter(page).textContent(), 10).not.toBe("turn 12 of 12");
      await eventually(() => counter(page).textContent()).toBe("turn 12 of 12");
      await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    }
  });
});
