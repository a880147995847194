import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite([{ id: "commons", config: "commons/simulation.yaml" }]);
}, 60_000);
afterAll(() => site?.close());

describe("a part of the script that does not load", () => {
  it("is said in its place, and leaves the rest of the page as it is", async () => {
    const page = await site.open("/");
    await page.route("**/assets/line-chart-*.js", (route) => route.abort());
    await page.goto(`${site.server.url}/runs/commons/compare/commons`);
    await page.getByText("That did not work").waitFor();
    expect(await page.locator(".verdict").count()).toBe(1);
  });

  it("is said in the page's own words where it is the page", async () => {
    const page = await site.open("/what");
    await page.route("**/assets/compare-*.js", (route) => route.abort());
    await page.goto(`${site.server.url}/runs/commons/compare/commons`);
    await page.getByText("That did not work").waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
  });
});
