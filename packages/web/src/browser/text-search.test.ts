import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NEEDLE, SCRIPT, writeAskedRun } from "./asked-run.test.fixture.ts";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;

beforeAll(async () => {
  site = await openSite([]);
  await writeAskedRun(site.outputDir, "asked");
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

describe("a text looked for in payloads and prompts", () => {
  it("narrows list, counts and timeline, is marked in the conversation, and stands in the address", async () => {
    const page = await site.open("/runs/asked");
    const rows = page.locator(".event-row[role=option]");
    await rows.first().waitFor();
    await page.getByLabel("Text in descriptions").fill(NEEDLE);
    await page.getByText("No event matches").waitFor();
    await page.getByLabel("Where the text is looked for").selectOption("payload");
    await page
      .getByText(/^\d+ found$/)
      .first()
      .waitFor();
    await eventually(() => rows.count()).toBeGreaterThan(2);
    const found = await rows.count();
    await eventually(() => new URL(page.url()).searchParams.get("in")).toBe("payload");
    const { total } = await (
      await fetch(`${site.server.url}/simulations/asked/events?in=payload&q=${encodeURIComponent(NEEDLE)}`)
    ).json();
    expect(found).toBe(total);
    await eventually(() => page.locator(".kind-toggles").textContent()).toMatch(/System[1-9]/);
    await rows.filter({ hasText: "asked llama" }).first().click();
    await eventually(() => page.locator(".part mark").first().textContent()).toBe(NEEDLE);
    await page.getByText("1 of 1", { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goBack();
    await page.goBack();
    await eventually(() => new URL(page.url()).searchParams.get("in")).toBe(null);
  });

  it("is text wherever it is marked, also where it looks like a page", async () => {
    const page = await site.open(`/runs/asked?in=payload&q=${encodeURIComponent(SCRIPT.toUpperCase())}`);
    await page
      .getByText(/^\d+ found$/)
      .first()
      .waitFor();
    const rows = page.locator(".event-row[role=option]");
    await rows.first().waitFor();
    await rows.filter({ hasText: "asked llama" }).first().click();
    await eventually(() => page.locator(".part mark").first().textContent()).toBe(SCRIPT);
    expect(await page.title()).not.toContain("taken");
    expect(site.faults).toEqual([]);
  });
});
