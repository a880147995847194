import { eventSchema } from "@llm-sim/events/schema";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;

beforeAll(async () => {
  const turns = { path: "simulation.turns", value: 15 };
  site = await openSite([
    { id: "market-7", config: "market/simulation.yaml", overrides: [turns] },
    {
      id: "market-8",
      config: "market/simulation.yaml",
      overrides: [turns, { path: "simulation.seed", value: 8 }],
    },
    { id: "market-7-again", config: "market/simulation.yaml", overrides: [turns] },
    { id: "quiet", config: "market/simulation.yaml", overrides: [turns], verbosity: "DECISION" },
    {
      id: "epidemic-1",
      config: "epidemic/simulation.yaml",
      overrides: [{ path: "simulation.turns", value: 6 }],
      verbosity: "STATE",
    },
    { id: "dilemma", config: "prisoners-dilemma/simulation.yaml", overrides: [turns], verbosity: "STATE" },
  ]);
}, 90_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const description = (page: Page) => page.locator(".event-details .description").textContent();

describe("the world at the playhead", () => {
  it("marks what changed in the turn, and leads from a value to the event that wrote it and to its account", async () => {
    const page = await site.open("/runs/market-7?at=12");
    const row = page.locator(".world-table tbody tr", { hasText: "alice" });
    await row.waitFor();
    expect(await page.locator(".world-table td.changed").count()).toBeGreaterThan(0);
    const column = (await page.locator(".world-table thead th").allTextContents()).indexOf("wealth");
    await row.locator("th, td").nth(column).getByRole("button").click();
    await eventually(() => description(page)).toMatch(/^alice\.wealth: /);
    const ledger = page.locator(".ledger");
    await ledger.waitFor();
    // The account's own check: what it starts from and its entries come to what it ends at.
    const number = (text: string) => Number(text.replaceAll(",", "").replace("−", "-"));
    const stands = await ledger.locator(".ledger-stand .numeric").allTextContents();
    const amounts = await ledger.locator(".difference").allTextContents();
    const sum = amounts.reduce((all, amount) => all + number(amount), number(stands[0] ?? ""));
    expect(sum).toBeCloseTo(number(stands[1] ?? ""), 2);
  });

  it("draws variables over turns, and goes from a point to the STATE event behind it", async () => {
    const page = await site.open("/runs/market-7?at=5&world=charts&variables=*.wealth,price");
    const chart = page.locator(".chart", { hasText: "wealth" }).locator(".u-over");
    await chart.waitFor();
    expect(await page.locator(".chart figcaption b").allTextContents()).toEqual(["wealth", "price"]);
    // Each name with its value at the playhead.
    await eventually(() => page.locator(".legend li").allTextContents()).toEqual([
      "turn 5",
      "alice488.25",
      "bob852.1",
      "carol1,064.3",
      "dave185.2",
      "erin47.65",
      "frank288.5",
      "turn 5",
      "price8.13",
    ]);
    const box = await chart.boundingBox();
    if (!box) throw new Error("there is no chart");
    await page.mouse.click(box.x + box.width * 0.6, box.y + box.height * 0.4);
    await eventually(() => description(page)).toMatch(/\.wealth: /);
    await page.getByRole("button", { name: "Variables" }).click();
    await page
      .locator(".menu-choice", { has: page.getByText("price", { exact: true }) })
      .getByRole("checkbox")
      .uncheck();
    await eventually(() => page.locator(".chart figcaption b").allTextContents()).toEqual(["wealth"]);
  });

  it("shows beside an agent's variables what it remembers by then, and nothing where nobody remembers anything", async () => {
    const page = await site.open("/runs/dilemma?at=3", { width: 1700 });
    const row = page.locator(".world-table tbody tr", { hasText: "grim-trigger" });
    await row.waitFor();
    const { memory } = z
      .object({ memory: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(
        await (
          await fetch(`${site.server.url}/simulations/dilemma/state?turn=3&agent_id=grim-trigger`)
        ).json(),
      );
    const text = await row.locator(".remembered").textContent();
    expect(JSON.parse(text ?? "")).toEqual(memory["grim-trigger"]);
    expect(Object.keys(memory["grim-trigger"] ?? {}).length).toBeGreaterThan(0);
    const other = await site.open("/runs/epidemic-1?at=3");
    await other.locator(".world-table tbody th").first().waitFor();
    expect(await other.locator(".remembers").count()).toBe(0);
  });

  it("holds a thousand agents", async () => {
    const page = await site.open("/runs/epidemic-1?at=4");
    await page.locator(".world-table tbody th").first().waitFor();
    await page.locator(".world").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.locator(".world-table tbody th", { hasText: "person-1000" }).waitFor();
    expect(await page.locator(".world-table tbody tr").count()).toBeLessThan(100);
  });

  it("says what is missing where no state was recorded", async () => {
    const page = await site.open("/runs/quiet");
    await page.getByText("No state was recorded").waitFor();
    site.refused(page);
  });

  it("of a run without state is told from its summary: from the first value to the last, and what was refused", async () => {
    const page = await site.open("/runs/quiet");
    await page.locator(".first-to-last tr", { hasText: "alice.wealth" }).waitFor();
    expect(await page.locator(".first-to-last tr", { hasText: "price" }).first().textContent()).toMatch(
      /^price10 → [\d.]+$/,
    );
    await page.locator(".facts", { hasText: /\d+ of \d+ actions refused/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    site.refused(page);
  });
});

describe("why an event came about", () => {
  it("is told in sentences, each a click away, further back on request", async () => {
    const page = await site.open("/runs/market-7?q=alice.wealth&types=STATE");
    await page.locator(".events-rows .event-row .text").nth(3).click();
    const steps = page.locator(".steps li");
    await steps.nth(2).waitFor();
    expect(await steps.allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^In turn \d+ alice/)]),
    );
    expect((await steps.allTextContents()).join(" ")).not.toMatch(/\[[0-9A-Z]{26}/);
    const before = await steps.count();
    await page.getByRole("button", { name: "Further back" }).click();
    await eventually(() => steps.count()).toBeGreaterThan(before);
    await steps.first().getByRole("button").click();
    await eventually(() => description(page)).toMatch(/^alice: /);
    await page.locator(".raw summary").click();
    await page.getByRole("button", { name: "Copy the event as JSON" }).click();
    // The address follows the view after a moment: both are looked at until they agree.
    const copied = async () => JSON.parse(await page.evaluate(() => navigator.clipboard.readText())).event_id;
    await eventually(async () => (await copied()) === parameter(page, "event")).toBe(true);
  });

  it("is drawn as a graph that goes deeper, expands, folds when it is large, and leads on", async () => {
    const page = await site.open("/runs/market-7?q=alice.wealth&types=STATE&full=inspector");
    await page.locator(".panel-inspector").waitFor();
    const answer = await page.request.get(
      `${site.server.url}/simulations/market-7/events?q=alice.wealth&event_types=STATE&turn_start=8&limit=1`,
    );
    const [first] = z.object({ events: z.array(eventSchema) }).parse(await answer.json()).events;
    await page.goto(
      `${site.server.url}/runs/market-7?event=${first?.event_id}&inspect=graph&depth=1&full=inspector`,
    );
    const nodes = page.locator(".graph-node");
    await nodes.nth(1).waitFor();
    const few = await nodes.count();
    await page.locator(".graph-head input[type=range]").fill("4");
    await eventually(() => nodes.count()).toBeGreaterThan(few);
    expect(await violations(page)).toEqual([]);
    const drawn = await page.locator(".graph-head .count").first().textContent();
    await page.locator(".graph-node-more").first().click();
    await eventually(() => page.locator(".graph-head .count").first().textContent()).not.toBe(drawn);
    const cause = page.locator(".graph-node:not(.selected)").first();
    const text = await cause.locator(".graph-node-text").textContent();
    await cause.locator(".graph-node-body").click();
    await eventually(() => page.locator(".graph-node.selected .graph-node-text").textContent()).toBe(text);
    await page.locator(".graph-head input[type=range]").fill("20");
    await page.locator(".graph-group").first().waitFor();
  });
});

describe("a comparison", () => {
  it("shows where two runs part, what follows from it and what does not, and their curves", async () => {
    const page = await site.open("/runs/market-7/compare/market-8?variable=alice.wealth");
    await page.getByText(/^Where they part: turn \d+/).waitFor();
    await page.getByText(/first divergence, turn \d+/).waitFor();
    expect(await page.locator(".event-on-side").count()).toBe(2);
    await page.getByText("How they were set up differently").waitFor();
    for (const title of ["Follows from it", "Does not follow from it"])
      expect(await page.getByRole("region", { name: title }).locator("li").count()).toBeGreaterThan(0);
    await page.getByRole("region", { name: "Curves" }).locator(".u-over").waitFor();
    expect(await page.getByLabel("Variable", { exact: true }).inputValue()).toBe("alice.wealth");
    await page.getByLabel("Variable", { exact: true }).selectOption("price");
    await eventually(() => parameter(page, "variable")).toBe("price");
    expect(await violations(page)).toEqual([]);
    await page.locator(".event-on-side a").first().click();
    await page.waitForURL("**/runs/market-7?*event=*");
  });

  it("says so where two runs are the same", async () => {
    const page = await site.open("/runs/market-7/compare/market-7-again");
    await page.locator(".verdict.equal").waitFor();
    expect(await page.locator(".divergence").count()).toBe(0);
    expect(site.faults).toEqual([]);
  });
});
