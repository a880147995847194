import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;
const TURNS = 20;

beforeAll(async () => {
  site = await openSite([
    {
      id: "market-7",
      config: "market/simulation.yaml",
      overrides: [{ path: "simulation.turns", value: TURNS }],
    },
  ]);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

/** Opens the run's page, and waits until its parts are there. */
async function openRun(query = "", options = {}): Promise<Page> {
  const page = await site.open(`/runs/market-7${query}`, options);
  await page.locator(".panel-events .panel-tools .count", { hasText: /\d/ }).waitFor();
  return page;
}

const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const selectedText = (page: Page) => page.locator(".event-details .description").textContent();

/** A point of the lanes' canvas, as a share of its width, in the `lane`-th lane. */
async function lanePoint(page: Page, share: number, lane: number) {
  const canvas = await page.locator(".lanes-canvas").boundingBox();
  const label = await page.locator(".lane-label").nth(lane).boundingBox();
  if (!canvas || !label) throw new Error("there is no timeline");
  return { x: canvas.x + canvas.width * share, y: label.y + label.height / 2 };
}

describe("the timeline", () => {
  it("zooms with the wheel to single events, names them, and selects one with its causes drawn", async () => {
    const page = await openRun();
    const point = await lanePoint(page, 0.5, 3);
    await page.mouse.move(point.x, point.y);
    await page.mouse.wheel(0, -1600);
    await eventually(() => parameter(page, "range")).toMatch(/^\d+(\.\d+)?\.\.\d/);
    let tip = "";
    for (let share = 0.2; share < 0.9 && !tip; share += 0.004) {
      const at = await lanePoint(page, share, 3);
      await page.mouse.move(at.x, at.y);
      tip =
        (await page.locator(".tip").count()) > 0 ? ((await page.locator(".tip").textContent()) ?? "") : "";
      if (tip) await page.mouse.click(at.x, at.y);
    }
    expect(tip).toMatch(/^(DECISION|ACTION|STATE|DETAIL)turn \d+/);
    await eventually(() => parameter(page, "event")).toBeTruthy();
    await eventually(async () => tip.endsWith((await selectedText(page)) ?? "?")).toBe(true);
  });

  it("pans by drag and by key, and shows the whole run again", async () => {
    const page = await openRun("?range=5..9");
    const before = parameter(page, "range");
    const point = await lanePoint(page, 0.5, 1);
    await page.mouse.move(point.x, point.y);
    await page.mouse.down();
    await page.mouse.move(point.x - 200, point.y, { steps: 4 });
    await page.mouse.up();
    await eventually(() => parameter(page, "range")).not.toBe(before);
    expect(Number(parameter(page, "range")?.split("..")[0])).toBeGreaterThan(5);
    await page.getByRole("application").focus();
    const dragged = parameter(page, "range");
    await page.keyboard.press("ArrowLeft");
    await eventually(() => parameter(page, "range")).not.toBe(dragged);
    await page.keyboard.press("0");
    await eventually(() => parameter(page, "range")).toBe(null);
  });

  it("filters by a brush over the run", async () => {
    const page = await openRun();
    const strip = await page.locator(".strip").boundingBox();
    if (!strip) throw new Error("there is no strip");
    const at = (turn: number) => strip.x + (turn / (TURNS + 1)) * strip.width;
    await page.mouse.move(at(5.2), strip.y + 15);
    await page.mouse.down();
    await page.mouse.move(at(7), strip.y + 15);
    await page.mouse.move(at(9.6), strip.y + 15);
    await page.mouse.up();
    await eventually(() => parameter(page, "turns")).toBe("5..9");
    await page.getByText("turns 5–9").waitFor();
    await eventually(() => page.locator(".events-rows .event-row .numeric").first().textContent()).toBe("5");
  });

  it("has a lane for each agent that folds, sorts and filters, over turns or time", async () => {
    const page = await openRun();
    const labels = page.locator(".lane-label");
    await eventually(() => labels.allTextContents()).toEqual([
      "World",
      "System",
      "alice",
      "bob",
      "carol",
      "dave",
      "erin",
      "frank",
    ]);
    await page.getByRole("button", { name: "Folded" }).click();
    await eventually(() => labels.allTextContents()).toEqual(["World", "System", "All 6 agents"]);
    await page.getByRole("button", { name: "Busiest" }).click();
    await page.getByRole("button", { name: "Time", exact: true }).click();
    await eventually(() => parameter(page, "axis")).toBe("time");
    await page.locator("button.lane-label", { hasText: "carol" }).click();
    await eventually(() => parameter(page, "agents")).toBe("carol");
    await eventually(
      async () => new Set(await page.locator(".events-rows .event-row .agent").allTextContents()),
    ).toEqual(new Set(["carol"]));
  });
});

describe("the playback", () => {
  it("plays by turn with the space bar: playhead, world and events go along", async () => {
    const page = await openRun("?at=2&speed=16");
    const world = page.locator(".panel-world .panel-tools .count");
    await world.getByText("end of turn 2").waitFor();
    await page.keyboard.press(" ");
    await eventually(() => world.textContent(), 20).not.toBe("end of turn 2");
    await page.getByText(`turn ${TURNS} of ${TURNS}`).waitFor();
    await page.getByRole("button", { name: "Play" }).waitFor();
    await eventually(() => world.textContent()).toBe(`end of turn ${TURNS}`);
    await eventually(() => page.locator(".event-row.current .numeric").textContent()).toBe(String(TURNS));
  });

  it("steps by event, and stops where it is told", async () => {
    const page = await openRun("?at=3&step=event");
    await page.keyboard.press(".");
    await eventually(() => parameter(page, "at")).toMatch(/^4@/);
    await page.keyboard.press(",");
    await eventually(() => parameter(page, "at")).toMatch(/^3@/);
    await page.getByRole("button", { name: "Play" }).click();
    await eventually(() => parameter(page, "at")).toMatch(/^4@/);
    await page.getByRole("button", { name: "Pause" }).click();
  });
});
