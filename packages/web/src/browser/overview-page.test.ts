import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

const TOKEN = "s3cret";
let site: Site;

beforeAll(async () => {
  const market = { config: "market/simulation.yaml" } as const;
  const turns = [{ path: "simulation.turns", value: 25 }];
  site = await openSite(
    [
      { id: "commons", config: "commons/simulation.yaml" },
      { ...market, id: "coarse", verbosity: "MILESTONE", overrides: turns },
      { ...market, id: "unsummed", verbosity: "STATE", overrides: turns },
      { id: "negotiation", config: "negotiation/simulation.yaml" },
    ],
    { token: TOKEN, startFork: () => Promise.reject(new Error("No fork is made here.")) },
  );
  // As of a run that is under way, or was cut off.
  await rm(join(site.outputDir, "unsummed", "summary.json"));
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

const open = async (path: string, options?: Parameters<Site["open"]>[1]): Promise<Page> => {
  const page = await site.open(`${path}#token=${TOKEN}`, options);
  await page.locator(".inspector .overview, .event-details").first().waitFor();
  return page;
};
const variable = (page: Page, name: string) => page.locator(".variable", { hasText: name }).first();

describe("what happened in a run", () => {
  it("is told where no event is selected, and leads to where it can be seen", async () => {
    const page = await open("/runs/commons");
    await page
      .locator(".ending")
      .getByRole("link", { name: "Stopped in turn 12: the stock has collapsed." })
      .click();
    await page.locator(".event-details").waitFor();
    await page.keyboard.press("Escape");
    await variable(page, "fish").getByRole("link", { name: "min 30.4" }).click();
    await page.locator(".event-details .description", { hasText: "30.4" }).waitFor();
    await eventually(() => new URL(page.url()).searchParams.get("at")).toMatch(/^12@/);
    await page.getByRole("button", { name: "Overview" }).click();
    await variable(page, "fish").getByRole("link", { name: "fish", exact: true }).click();
    await page.locator(".chart figcaption b", { hasText: "fish" }).waitFor();
    const phase = page.locator(".overview li", { hasText: "collapse" });
    expect(await phase.textContent()).toContain("turn 12");
    await page
      .getByRole("link", { name: /decided on fish: 50; that led to/ })
      .first()
      .click();
    await page.locator(".event-details .description", { hasText: "fish" }).waitFor();
    expect(site.faults).toEqual([]);
  });

  it("is told of a run that recorded milestones alone, from its summary", async () => {
    const page = await open("/runs/coarse");
    await variable(page, "price").waitFor();
    expect(await variable(page, "price").locator("path.spark-line").count()).toBe(1);
    await page.getByLabel("Find a variable").fill("alice.w");
    await eventually(() => page.locator(".variable").count()).toBe(1);
    await page.locator(".troubles tr").first().waitFor();
    // Its log has no refusals to lead to.
    expect(await page.locator(".troubles td a").count()).toBe(0);
    expect(await page.locator(".overview").textContent()).toContain("It ran to its last turn, 25.");
  });

  it("is told from the log where there is no summary, with what went wrong", async () => {
    const page = await open("/runs/unsummed");
    await variable(page, "price").waitFor();
    const refused = page.locator(".troubles tr").first();
    await refused.locator("td").getByRole("link").click();
    await eventually(() => new URL(page.url()).searchParams.get("types")).toBe("SYSTEM");
    await page.locator(".event-row .text", { hasText: "refused" }).first().waitFor();
  });

  it("says what language models were asked, and leads to the calls", async () => {
    const page = await open("/runs/negotiation");
    await page
      .locator(".overview")
      .getByRole("link", { name: /questions$/ })
      .click();
    await page.locator(".calls-table .call-turn").first().waitFor();
  });

  it.each(["light", "dark"] as const)("breaks no rule of accessibility (%s)", async (colorScheme) => {
    const page = await open("/runs/commons", { colorScheme });
    await variable(page, "fish").waitFor();
    await page.locator(".overview ol li").first().waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe("a printed run", () => {
  it("is a report in light colours without controls: what happened, the event and why, the filter, its events, the charts", async () => {
    const page = await open("/runs/commons?world=charts&types=ACTION,STATE&turns=12", {
      colorScheme: "dark",
    });
    await page.locator(".event-row .text", { hasText: "42.2" }).first().click();
    await page.locator(".event-details").waitFor();
    await page.locator(".chart .u-over").first().waitFor();
    await page.evaluate(() => {
      window.print = () =>
        document.body.setAttribute("data-printed", document.documentElement.dataset.theme ?? "");
    });
    await page.keyboard.press("Control+p");
    await eventually(() => page.locator("body").getAttribute("data-printed")).toBe("light");
    expect(await page.locator(".print-report").count()).toBe(0);
    // As the browser's own menu prints it.
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    const report = page.locator(".print-report");
    await report.getByText("Events of the kind ACTION or STATE, of turn 12.").waitFor();
    expect(await report.textContent()).toContain("the stock has collapsed");
    await report.locator(".event-details").getByText("Why it came about").waitFor();
    expect(await report.locator(".printed-events tbody tr").count()).toBeGreaterThan(8);
    expect(await page.locator(".chart .u-over").first().isVisible()).toBe(true);
    const controls = page.locator(
      "button.button:visible, input:visible, .split-bar:visible, .segmented:visible",
    );
    expect(await controls.count()).toBe(0);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await eventually(() => page.locator("html").getAttribute("data-theme")).toBe("dark");
    expect(site.faults).toEqual([]);
  });
});

describe("notes", () => {
  it("are written, changed and taken away beside an event, and seen in the list, the timeline and the overview", async () => {
    const page = await open("/runs/commons");
    await page.locator(".event-row", { hasText: "boat-1: harvest" }).first().click();
    await page.locator(".event-details").getByRole("button", { name: "Add a note" }).click();
    await page.getByLabel("Note", { exact: true }).fill("Here it begins.");
    await page.getByLabel("By", { exact: true }).fill("ann");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".note-card", { hasText: "Here it begins." }).waitFor();
    expect(await page.locator(".event-row .note-mark").getAttribute("title")).toBe("Here it begins.");
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: "Change" }).click();
    await page.getByLabel("Note", { exact: true }).fill("It begins here.");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".note-card", { hasText: "It begins here." }).waitFor();
    await page.getByRole("button", { name: "Overview" }).click();
    await page.locator(".note-card").getByRole("link", { name: "an event of turn 1" }).waitFor();
    await page.locator(".note-flag").click();
    await page.locator(".event-details .note-card").waitFor();
    await page.getByRole("button", { name: "Take away" }).click();
    await page.getByRole("button", { name: "Yes, take it away" }).click();
    await eventually(() => page.locator(".note-card, .note-mark, .note-flag").count()).toBe(0);
    expect(site.faults).toEqual([]);
  });

  it("come from others while the page is open, and have no form where the server does not write", async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const body = JSON.stringify({ text: "Seen elsewhere.", turn: 3 });
    const health = { status: "healthy", version: "0", commit: "0" };
    const page = await site.open("/");
    await page.route("**/health", (route) => route.fulfill({ json: health }));
    await page.goto(`${site.server.url}/runs/coarse#token=${TOKEN}`);
    await page.locator(".overview").waitFor();
    await fetch(`${site.server.url}/simulations/coarse/notes`, { method: "POST", headers, body });
    await page.locator(".note-card", { hasText: "Seen elsewhere." }).waitFor();
    await page.locator(".note-flag").click();
    await eventually(() => new URL(page.url()).searchParams.get("at")).toBe("3");
    expect(await page.getByRole("button", { name: /Add a note|Change|Take away/ }).count()).toBe(0);
  });
});
