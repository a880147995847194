import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;
const turns = { path: "simulation.turns", value: 14 };
beforeAll(async () => {
  site = await openSite([
    { id: "market-7", config: "market/simulation.yaml", overrides: [turns], verbosity: "STATE" },
    {
      id: "quiet",
      config: "market/simulation.yaml",
      overrides: [turns, { path: "simulation.seed", value: 8 }],
      verbosity: "ACTION",
    },
    { id: "commons", config: "commons/simulation.yaml", verbosity: "STATE" },
    { id: "dilemma", config: "prisoners-dilemma/simulation.yaml", overrides: [turns], verbosity: "STATE" },
  ]);
}, 90_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

describe("two runs, of which one recorded no state,", () => {
  it("are compared by values, distance and groups, and every difference is reached", async () => {
    const page = await site.open("/runs/market-7/compare/quiet");
    const values = page.getByRole("region", { name: "Table of values" });
    await values.locator("tbody tr").nth(3).waitFor();
    const differences = (await values.locator("tbody td:nth-child(5)").allTextContents())
      .filter((text) => text !== "")
      .map((text) => Math.abs(Number(text.replace(/[+−±,]/g, ""))));
    expect(differences).toEqual(differences.toSorted((a, b) => b - a));
    await page.getByRole("slider", { name: "distance over turns" }).waitFor();
    await page.getByText("By what summary.json keeps").waitFor();

    const group = page.getByRole("region", { name: "Who differs in what" }).locator("tbody tr").first();
    const total = await group.locator(".group-count").textContent();
    await group.getByRole("button").click();
    const all = page.getByRole("region", { name: "All differences" });
    await eventually(() => all.locator("h2 .count").textContent()).toBe(total);
    await eventually(() => all.locator("li").count()).toBe(Number(total));
    expect(parameter(page, "name")).not.toBeNull();

    await page.getByRole("spinbutton", { name: "Turn" }).fill("2");
    await page.getByText("Values at the end of turn 2").waitFor();
    await page.getByRole("button", { name: /show those of all/ }).click();
    await page.getByRole("button", { name: "Next page of differences" }).click();
    await eventually(() => all.locator(".pager .count").textContent()).toMatch(/^101–/);
    expect([parameter(page, "page"), parameter(page, "turn")]).toEqual(["2", "2"]);
    site.faults.length = 0; // a curve that there is none of is refused, which stands in the browser's console
  });
});
