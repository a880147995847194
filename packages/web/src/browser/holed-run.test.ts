import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;

beforeAll(async () => {
  const market = { config: "market/simulation.yaml", verbosity: "STATE" } as const;
  const turns = { path: "simulation.turns", value: 12 };
  const small = { path: "events.max_file_size", value: "60KB" };
  // One by whose end whatever the missing segment wrote was written again.
  const seed = { path: "simulation.seed", value: 2 };
  site = await openSite([
    { ...market, id: "sound", overrides: [turns, seed] },
    { ...market, id: "holed", overrides: [turns, seed, small] },
    { ...market, id: "unvouched", overrides: [turns] },
  ]);
  const holed = join(site.outputDir, "holed");
  const closed = (await readdir(holed)).filter((file) => file.startsWith("events_")).sort();
  await rm(join(holed, closed[1] ?? "there is no second segment"));
  await rm(join(site.outputDir, "unvouched", "run.json"));
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

/** A run's page with curves, once everything on it has been answered. */
async function openRun(id: string): Promise<Page> {
  const page = await site.open(`/runs/${id}?world=charts&variables=*.wealth,price`);
  await page.locator(".event-row .text").first().waitFor();
  await eventually(() => page.locator(".u-over").count()).toBe(2);
  return page;
}

const notice = (page: Page) => page.locator(".run-header > .popover-root").first();
const marks = (page: Page) => page.locator(".panel .warning, .card .warning");

describe("a run of which a segment is missing", () => {
  it("says so once beside its name, the reasons behind it", async () => {
    const page = await openRun("holed");
    await page.getByRole("button", { name: "Events are missing" }).click();
    expect(await notice(page).locator(".popover-text").textContent()).toMatch(
      /The segment events_.*\.jsonl is missing, with .* events of turns? /,
    );
    expect(await page.getByText("Events are missing").count()).toBe(1);
    expect(await violations(page)).toEqual([]);
  });

  it("says so within a narrow window, too: no button leaves it", async () => {
    const page = await site.open("/runs/holed", { width: 768, height: 1024 });
    const warning = page.locator(".run-header .button.warning");
    await warning.waitFor();
    expect(await warning.locator(".warnings-title").isVisible()).toBe(false);
    const [edge, last] = await Promise.all([
      page.locator(".filter-bar").boundingBox(),
      page.locator(".run-header button").last().boundingBox(),
    ]);
    expect((last?.x ?? 0) + (last?.width ?? 1e9)).toBeLessThanOrEqual((edge?.x ?? 0) + (edge?.width ?? 0));
  });

  it("marks each curve, and the world only where it is not known", async () => {
    const page = await openRun("holed");
    await eventually(() => page.locator(".chart .warning").count()).toBe(2);
    expect(await page.locator(".chart .warning").first().getAttribute("title")).toContain("is missing");
    // By its end every variable was written again, and the state has the hash that was recorded.
    expect(await page.locator(".panel-world .panel-head .warning").count()).toBe(0);
    const answer = await fetch(`${site.server.url}/simulations/holed/events?limit=1`);
    const [gap] = (await answer.json()).gaps;
    await page.goto(`${site.server.url}/runs/holed?at=${gap.turn_end - 1}`);
    await page.locator(".panel-world .panel-head .warning").waitFor();
  });

  it("is marked where its events are listed, counted and followed, and told of in words in the overview", async () => {
    const page = await openRun("holed");
    await page.locator(".panel-events .panel-head .warning").waitFor();
    await page.locator(".panel-timeline .strip-label .warning").waitFor();
    await page.locator(".overview .missing", { hasText: /The segment events_.*jsonl is missing/ }).waitFor();
    const answer = await fetch(`${site.server.url}/simulations/holed/events?limit=1`);
    const [gap] = (await answer.json()).gaps;
    // What came of something just before the hole may be in it.
    const before = await fetch(
      `${site.server.url}/simulations/holed/events?event_types=ACTION&turn_end=${gap.turn_start - 1}`,
    );
    const action = (await before.json()).events.at(-1);
    await page.goto(`${site.server.url}/runs/holed?event=${action.event_id}`);
    await page.locator(".event-details h3 .warning").first().waitFor();
    await page.getByRole("button", { name: "Graph" }).click();
    await page.locator(".graph-head .warning").waitFor();
  });

  it("has every reason told in a comparison, and its side and curve marked", async () => {
    const page = await site.open("/runs/sound/compare/holed?variable=price");
    await page.locator(".gap-lines .warning-note", { hasText: "The segment events_" }).first().waitFor();
    await eventually(() => page.locator(".strip-label .warning").count()).toBe(1);
    await page.locator(".u-over").first().waitFor();
    const marked = page.locator(".card h2 .warning");
    // The list of differences, and the curves of the one side that has holes.
    await eventually(() => marked.count()).toBe(2);
    const titles = await Promise.all((await marked.all()).map((mark) => mark.getAttribute("title")));
    expect(titles).toContainEqual(expect.stringMatching(/^On the right: The segment events_/));
    expect(titles).toContainEqual(expect.stringMatching(/^holed: /));
    expect(await violations(page)).toEqual([]);
  });
});

describe("an event without effects", () => {
  it.each([
    ["sound", "Nothing came of it."],
    ["holed", "None that is recorded."],
  ])("of the run %s: %s", async (id, said) => {
    const answer = await fetch(`${site.server.url}/simulations/${id}/events?event_types=MILESTONE`);
    const last = (await answer.json()).events.at(-1);
    const page = await site.open(`/runs/${id}?event=${last.event_id}`);
    await page.locator(".event-details").getByText(said).waitFor();
  });
});

describe("a run without run.json", () => {
  it("is told to be as recorded, without warning of anything", async () => {
    const page = await openRun("unvouched");
    await page.getByRole("button", { name: "As recorded" }).click();
    expect(await notice(page).locator(".popover-text").textContent()).toContain("no run.json");
    expect(await marks(page).count()).toBe(0);
    expect(await page.locator(".run-header .button.warning").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });
});

describe("a sound run", () => {
  it("has nothing beside it, on its page and in a comparison with itself", async () => {
    const page = await openRun("sound");
    expect(await marks(page).count()).toBe(0);
    expect(await page.locator(".run-header .warning").count()).toBe(0);
    expect(await page.getByText(/as recorded/i).count()).toBe(0);
    const both = await site.open("/runs/sound/compare/sound?variable=price");
    await both.locator(".u-over").waitFor();
    expect(await both.locator(".gap-lines, .card .warning").count()).toBe(0);
    expect(site.faults).toEqual([]);
  });
});
