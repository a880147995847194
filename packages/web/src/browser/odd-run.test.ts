import { openEventStream } from "@llm-sim/events";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import {
  ARABIC,
  LONG_ID,
  LONG_NAME,
  writeEmptyRun,
  writeFarRun,
  writeOddRun,
} from "./odd-run.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;

beforeAll(async () => {
  site = await openSite([
    { id: "commons", config: "commons/simulation.yaml" },
    { id: "shallow", config: "commons/simulation.yaml", verbosity: "ACTION" },
  ]);
  await writeOddRun(site.outputDir);
  await writeEmptyRun(site.outputDir, "empty");
  await writeFarRun(site.outputDir, "far", [10, 11, 12, 13]);
  await writeFarRun(site.outputDir, "far-too", [10, 11, 8, 7]);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
  { width: 390, height: 844 },
];

async function firstEvent(query: string): Promise<string> {
  const answer = await fetch(`${site.server.url}/simulations/${LONG_ID}/events?limit=1&${query}`);
  const { events } = await answer.json();
  return events[0].event_id;
}

/** What is wider than it has room for: the page, or one of the elements. */
async function tooWide(page: Page, selector: string): Promise<string[]> {
  return page.evaluate((elements) => {
    return [document.documentElement, ...document.querySelectorAll(elements)]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 60)}`);
  }, selector);
}

describe("long names and foreign scripts", () => {
  it.each(SIZES)("make no page wider than its window: %o", async (size) => {
    const event = await firstEvent("event_types=ACTION");
    const pages: [string, string][] = [
      ["/", ".run-link"],
      [`/?pick=${LONG_ID}`, ".pick-bar"],
      [`/runs/${LONG_ID}?event=${event}&agents=${encodeURIComponent(LONG_NAME)}`, ".event-details"],
      [`/runs/${LONG_ID}/compare/commons`, ".verdict"],
    ];
    for (const [path, ready] of pages) {
      const page = await site.open(path, size);
      site.refused(page); // the other run has no such variable
      await page.locator(ready).first().waitFor();
      await eventually(() => tooWide(page, ".run-header, .chip, .panel-head, .pick-bar, .card")).toEqual([]);
      await page.close();
    }
  });

  it("leave the world's values in sight, and a graph's nodes their size", async () => {
    const event = await firstEvent("event_types=STATE&turn_start=2");
    const page = await site.open(`/runs/${LONG_ID}?event=${event}&inspect=graph`);
    await page.locator(".graph-node").nth(1).waitFor();
    const nodes = await page
      .locator(".graph-node")
      .evaluateAll((all) => all.map(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight));
    expect(Math.max(...nodes)).toBe(0);
    const world = await page.locator(".world").boundingBox();
    const value = await page.locator(".world-table .value").first().boundingBox();
    expect((value?.x ?? Number.POSITIVE_INFINITY) + (value?.width ?? 0)).toBeLessThanOrEqual(
      (world?.x ?? 0) + (world?.width ?? 0),
    );
  });

  it("show a right-to-left sentence from its beginning", async () => {
    const page = await site.open(`/runs/${LONG_ID}`);
    const row = page.locator(".event-row .text", { hasText: ARABIC.slice(0, 20) }).first();
    await row.waitFor();
    expect(await row.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
  });
});

describe("a narrow window", () => {
  it("has the parts one under another, and menus that stay inside", async () => {
    const page = await site.open("/runs/commons", { width: 390, height: 844 });
    await page.locator(".event-row .text").first().waitFor();
    const boxes = await Promise.all((await page.locator(".panel").all()).map((panel) => panel.boundingBox()));
    expect(boxes.length).toBe(4);
    for (const [at, box] of boxes.entries()) {
      expect(box?.width).toBeGreaterThan(360);
      expect(box?.y ?? 0).toBeGreaterThan(boxes[at - 1]?.y ?? 0);
    }
    for (const name of ["Agent", "Involving", "When", "Export", "Keys"]) {
      await page.getByRole("button", { name, exact: true }).click();
      const menu = await page.locator(".popover").boundingBox();
      expect(menu?.x).toBeGreaterThanOrEqual(0);
      expect((menu?.x ?? 0) + (menu?.width ?? 1e9)).toBeLessThanOrEqual(390);
      await page.keyboard.press("Escape");
    }
  });
});

describe("what is not there", () => {
  it("is an empty log: nothing to clear, but where to look", async () => {
    const page = await site.open("/runs/empty");
    await page.getByText("This run has no events").waitFor();
    expect(await page.getByRole("button", { name: "Clear the filter" }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    const list = await site.open("/");
    await list.locator(".kinds-fill").nth(2).waitFor();
    expect(await violations(list)).toEqual([]);
  });

  it("is a variable, in a run that was recorded deep enough", async () => {
    const stream = await openEventStream({
      outputDir: site.outputDir,
      simulationId: "stateless",
      verbosity: "STATE",
      signals: false,
    });
    stream.turn(1, (scope) => scope.action("alice", "wait"));
    await stream.close();
    const page = await site.open("/runs/stateless");
    await page.getByText("Nothing in this run wrote a variable").waitFor();
  });

  it("is a state that was not recorded: said without asking for it", async () => {
    const page = await site.open("/runs/shallow");
    await page.getByText("No state was recorded").waitFor();
    await page.locator(".event-row .text").first().waitFor();
    expect(site.faults).toEqual([]);
  });

  it("is a turn after the last: the last is shown", async () => {
    const page = await site.open("/runs/commons?at=9999");
    await page.locator(".world-table td").first().waitFor();
    expect(await page.locator(".turn-counter").textContent()).toBe("turn 12 of 12");
    await page.getByRole("button", { name: "One turn back" }).click();
    await eventually(() => page.locator(".turn-counter").textContent()).toBe("turn 11 of 12");
  });

  it("is an event, at which the world cannot be shown either", async () => {
    const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    const page = await site.open(`/runs/commons?event=${id}&at=5@${id}`);
    site.refused(page);
    await eventually(() => page.getByText("This run has no such event").count()).toBe(2);
  });

  it("is a variable to draw: said, and others are offered", async () => {
    const page = await site.open("/runs/commons?world=charts&variables=gold");
    site.refused(page);
    await page.getByText("run commons has no variable gold").waitFor();
    await page.getByRole("button", { name: "Variables" }).click();
    await page.getByRole("checkbox", { name: "fish" }).check();
    await page.locator(".line-chart").waitFor();
  });

  it("is a run to compare with", async () => {
    const page = await site.open("/runs/commons/compare/no-such-run");
    site.refused(page);
    await page.getByText("There is no run “no-such-run”").waitFor();
    expect(await page.getByText("Try again").count()).toBe(0);
  });
});

describe("a turn of any number", () => {
  const FAR = Number.MAX_SAFE_INTEGER;

  it("is as far as the curves of two runs go", async () => {
    const page = await site.open("/runs/far/compare/far-too?variable=alice.wealth");
    const chart = page.locator(".card[aria-label=Curves] .line-chart");
    await chart.waitFor({ timeout: 15_000 });
    await eventually(() => chart.getAttribute("aria-valuemax")).toBe(String(FAR));
    await chart.press("End");
    await eventually(() => chart.getAttribute("aria-valuetext")).toContain("13");
    await chart.press("ArrowLeft");
    await eventually(() => chart.getAttribute("aria-valuetext")).toContain("12");
    expect(site.faults).toEqual([]);
  });

  it("is as far as a variable's chart and the timeline go", async () => {
    const page = await site.open("/runs/far?world=charts&variables=alice.wealth&strip=wealth");
    const chart = page.locator(".line-chart").first();
    await chart.waitFor({ timeout: 15_000 });
    await eventually(() => chart.getAttribute("aria-valuemax")).toBe(String(FAR));
    expect(site.faults).toEqual([]);
  });
});
