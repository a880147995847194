import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;
const CLI = join(import.meta.dirname, "../../../cli/bin/llm-sim.js");
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
const total = async (page: Page) =>
  Number((await page.locator(".panel-events .panel-tools .count").textContent())?.replaceAll(",", ""));
const selectedText = (page: Page) => page.locator(".event-details .description").textContent();

describe("a run's page", () => {
  it("shows its four parts, has no serious fault in access, in either colours, and asks no other host", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await openRun("?at=7", { colorScheme });
      await page.locator(".world-table td").first().waitFor();
      await page.locator(".events-rows .event-row .text").nth(8).click();
      await page.locator(".why").waitFor();
      for (const name of ["Timeline", "Events", "Inspector", "World"])
        await page.getByRole("region", { name, exact: true }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.close();
    }
    expect(site.faults).toEqual([]);
  });

  it("says so where there is no such run", async () => {
    const page = await site.open("/runs/market-77");
    await page.getByText("There is no run “market-77”").waitFor();
    site.refused(page);
  });

  it("can show one part alone, and be divided otherwise", async () => {
    const page = await openRun();
    await page.getByRole("button", { name: "Show only the events" }).click();
    await eventually(() => page.locator(".panel").count()).toBe(1);
    await page.keyboard.press("Escape");
    await eventually(() => page.locator(".panel").count()).toBe(4);
    const bar = page.getByRole("separator", { name: "Height of the timeline" });
    const before = await page.locator(".panel-timeline").boundingBox();
    await bar.focus();
    for (let press = 0; press < 5; press++) await page.keyboard.press("ArrowDown");
    const after = await page.locator(".panel-timeline").boundingBox();
    expect((after?.height ?? 0) - (before?.height ?? 0)).toBeGreaterThan(40);
  });

  it("is whole in its address: a link shows the same", async () => {
    const page = await openRun();
    await page.getByRole("button", { name: /^Action/ }).click();
    await page.locator(".events-rows .event-row .text").nth(3).click();
    await page.getByRole("button", { name: "Charts" }).click();
    await page.getByRole("button", { name: "Busiest" }).click();
    await eventually(() => parameter(page, "lanes")).toBe("activity");
    await eventually(() => selectedText(page)).toBeTruthy();
    const colleague = await site.open(new URL(page.url()).pathname + new URL(page.url()).search);
    await eventually(() => selectedText(colleague)).toBe(await selectedText(page));
    expect(await total(colleague)).toBe(await total(page));
    for (const name of ["Charts", "Busiest"])
      expect(await colleague.getByRole("button", { name }).getAttribute("aria-pressed")).toBe("true");
    await page.goBack();
    await eventually(() => parameter(page, "world")).toBe(null);
  });

  it("keeps the zoom of an address whose event lies elsewhere, at a reload and on the way back", async () => {
    const page = await openRun();
    await page.locator(".events-rows .event-row .text").nth(3).click();
    await eventually(() => parameter(page, "event")).not.toBe(null);
    const first = parameter(page, "event");
    const other = await site.open(`/runs/market-7?event=${first}&range=10..14`);
    await eventually(() => selectedText(other)).toBeTruthy();
    await other.waitForTimeout(400); // as long as an address waits before it is written
    expect(parameter(other, "range")).toBe("10..14");
    await other.locator(".events-rows .event-row .text").nth(8).click();
    await eventually(() => parameter(other, "range")).not.toBe("10..14");
    await other.goBack();
    await eventually(() => parameter(other, "event")).toBe(first);
    await other.waitForTimeout(400);
    expect(parameter(other, "range")).toBe("10..14");
  });

  it("keeps the zoom while a part is shown alone, and moves to what was selected there", async () => {
    const page = await openRun();
    await page.locator(".events-rows .event-row .text").nth(3).click();
    await page.locator(".event-details").waitFor();
    await page.getByRole("application").focus();
    for (const key of ["+", "+", "+", "ArrowRight"]) await page.keyboard.press(key);
    await eventually(() => parameter(page, "range")).not.toBe(null);
    await page.waitForTimeout(400);
    const zoom = parameter(page, "range");
    const alone = page.getByRole("button", { name: "Show only the events" });
    await alone.click();
    await eventually(() => page.locator(".panel").count()).toBe(1);
    await page.keyboard.press("Escape");
    await eventually(() => page.locator(".panel").count()).toBe(4);
    await page.waitForTimeout(400);
    expect(parameter(page, "range")).toBe(zoom);
    await alone.click();
    await page.locator(".events-rows .event-row .text").nth(1).click();
    await page.waitForTimeout(400);
    expect(parameter(page, "range")).toBe(zoom);
    await page.keyboard.press("Escape");
    await eventually(() => parameter(page, "range")).not.toBe(zoom);
  });
});

describe("the events", () => {
  it("are walked with the keys, searched with /, and lead to the inspector", async () => {
    const page = await openRun();
    await page.getByRole("listbox", { name: "Events" }).focus();
    for (const key of ["j", "ArrowDown", "j", "k"]) {
      const before = parameter(page, "event");
      await page.keyboard.press(key);
      await eventually(() => parameter(page, "event")).not.toBe(before);
    }
    const second = await page.locator(".events-rows .event-row .text").nth(1).textContent();
    await eventually(() => selectedText(page)).toBe(second);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.matches(".inspector"))).toBe(true);
    await page.keyboard.press("/");
    await page.keyboard.type("alice");
    await eventually(() => parameter(page, "q")).toBe("alice");
    await eventually(async () =>
      (await page.locator(".events-rows .event-row .text").allTextContents()).every((text) =>
        text.includes("alice"),
      ),
    ).toBe(true);
  });

  it("scroll to the very last one", async () => {
    const page = await openRun();
    const rows = await total(page);
    await page.getByRole("listbox", { name: "Events" }).focus();
    await page.keyboard.press("End");
    await page.locator(`#event-row-${rows - 1}`).waitFor();
    await eventually(() => page.locator(`#event-row-${rows - 1}`).getAttribute("aria-selected")).toBe("true");
    await page.locator(".events-scroll").evaluate((element) => element.scrollTo(0, 0));
    await page.locator("#event-row-0").waitFor();
  });
});

describe("the filter", () => {
  it("counts beside each choice, makes a chip of it, and takes it away again", async () => {
    const page = await openRun();
    const all = await total(page);
    const button = page.getByRole("button", { name: /^State/ });
    await eventually(() => button.locator(".count").textContent()).toMatch(/^\d/);
    const count = Number((await button.locator(".count").textContent())?.replaceAll(",", ""));
    await button.click();
    await eventually(() => total(page)).toBe(count);
    await page.getByRole("button", { name: "Agent", exact: true }).click();
    const choice = page.locator(".menu-choice", { hasText: "bob" });
    await eventually(() => choice.locator(".count").textContent()).toMatch(/^\d/);
    const ofBob = Number(await choice.locator(".count").textContent());
    await choice.getByRole("checkbox").check();
    await page.keyboard.press("Escape");
    await eventually(() => total(page)).toBe(ofBob);
    await page.getByRole("button", { name: "Take agent bob out of the filter" }).click();
    await eventually(() => total(page)).toBe(count);
    await page.getByRole("button", { name: "Clear all" }).click();
    await eventually(() => total(page)).toBe(all);
  });

  it("knows whom an event involves, and when it was", async () => {
    const page = await openRun();
    await page.getByRole("button", { name: "Involving" }).click();
    const choice = page.locator(".menu-choice", { hasText: "erin" });
    await eventually(() => choice.locator(".count").textContent()).toMatch(/^\d/);
    const involved = Number((await choice.locator(".count").textContent())?.replaceAll(",", ""));
    await choice.getByRole("checkbox").check();
    await eventually(() => total(page)).toBe(involved);
    await page.getByRole("button", { name: "When" }).click();
    await page.getByLabel("From turn").fill("3");
    await page.getByLabel("To turn").fill("4");
    await page.getByRole("button", { name: "Apply" }).click();
    await eventually(() => parameter(page, "turns")).toBe("3..4");
    expect(await total(page)).toBeLessThan(involved);
  });

  it("says so where nothing matches", async () => {
    const page = await openRun("?q=nothing+of+the+kind");
    await page.getByText("No event matches").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await eventually(() => total(page)).toBeGreaterThan(100);
  });
});

describe("taking it away", () => {
  async function saved(page: Page, choice: RegExp): Promise<{ name: string; content: Buffer }> {
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: choice }).click(),
    ]);
    return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
  }

  it("saves all events as the very file that the command line writes", async () => {
    const page = await openRun();
    await eventually(() => total(page)).toBeGreaterThan(0);
    for (const [choice, format] of [
      [/as CSV/, "csv"],
      [/as JSON Lines/, "jsonl"],
    ] as const) {
      const { content } = await saved(page, choice);
      const command = [CLI, "export", "market-7", "--output", site.outputDir, "--format", format];
      const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 64 * 1024 ** 2 });
      expect(content.toString() === stdout, `${format}: the two files differ`).toBe(true);
    }
  });

  it("saves the filtered events, the timeline and the link", async () => {
    const page = await openRun("?types=ACTION");
    await eventually(() => total(page)).toBeGreaterThan(0);
    const rows = await total(page);
    const lines = await saved(page, /as JSON Lines/);
    expect(lines.name).toBe("market-7-events-filtered.jsonl");
    const events = lines.content
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([events.length, new Set(events.map((event) => event.event_type))]).toEqual([
      rows,
      new Set(["ACTION"]),
    ]);
    const table = await saved(page, /as CSV/);
    expect(table.content.toString().trimEnd().split("\n")).toHaveLength(1 + rows);
    const picture = await saved(page, /as PNG/);
    expect([picture.name, picture.content.subarray(1, 4).toString(), picture.content.length > 5000]).toEqual([
      "market-7-timeline-filtered.png",
      "PNG",
      true,
    ]);
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("button", { name: /Copy link/ }).click();
    await eventually(() => page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  });
});

describe("colours", () => {
  it("follow the system until they are chosen, and stay chosen", async () => {
    const page = await openRun("", { colorScheme: "dark" });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    expect(await theme()).toBe("dark");
    await page.getByRole("button", { name: "Colours: as the system" }).click();
    await eventually(theme).toBe("light");
    await page.reload();
    await page.getByRole("button", { name: "Colours: light" }).waitFor();
    expect(await theme()).toBe("light");
  });
});
