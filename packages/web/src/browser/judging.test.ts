import { openEventStream } from "@llm-sim/events";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { violations } from "./axe.test.fixture.ts";
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
    await eventually(() => parameter(page, "name")).not.toBeNull();

    await page.getByRole("spinbutton", { name: "Turn" }).fill("2");
    await page.getByText("Values at the end of turn 2").waitFor();
    await page.getByRole("button", { name: /show those of all/ }).click();
    await page.getByRole("button", { name: "Next page of differences" }).click();
    await eventually(() => all.locator(".pager .count").textContent()).toMatch(/^101–/);
    await eventually(() => [parameter(page, "page"), parameter(page, "turn")]).toEqual(["2", "2"]);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await eventually(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    site.refused(page); // a curve that there is none of
  });
});

describe("what a number is made of", () => {
  it("stands first, between any two turns, and over turns by who changed it", async () => {
    const answer = await fetch(`${site.server.url}/simulations/commons/why?variable=fish&turn=12&depth=1`);
    const { event_id: id } = z.object({ event_id: z.string() }).parse(await answer.json());
    const page = await site.open(`/runs/commons?event=${id}&full=inspector`);
    const account = page.getByRole("region", { name: "What it is made of" });
    await account.locator(".ledger-legend li").nth(4).waitFor();
    const [first, then] = await page
      .locator(".why > *")
      .evaluateAll((parts) => parts.map((part) => part.getAttribute("aria-label") ?? part.textContent));
    expect([first, then]).toEqual(["What it is made of", "Why it came about"]);
    const stands = () => account.locator(".ledger-stand th").allTextContents();
    expect(await stands()).toEqual(["at turn 0", "at turn 12"]);

    await account.getByLabel("from turn").fill("10");
    await eventually(stands).toEqual(["at turn 10", "at turn 12"]);
    await eventually(() => account.locator(".ledger .count").first().textContent()).toBe(" × 2");
    await account.getByRole("button", { name: "Whole" }).click();
    await eventually(stands).toEqual(["at turn 0", "at turn 12"]);

    const box = await account.locator(".ledger-bars svg").boundingBox();
    if (!box) throw new Error("there are no bars");
    await page.mouse.move(box.x + box.width * (3.5 / 12), box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * (7.5 / 12), box.y + 20, { steps: 4 });
    await page.mouse.up();
    await eventually(stands).toEqual(["at turn 3", "at turn 8"]);
    expect(site.faults).toEqual([]);
  });
});

describe("the graph of causes", () => {
  it("has no turn markers unless asked, is followed with arrow keys, and fits its panel when that changes", async () => {
    const answer = await fetch(`${site.server.url}/simulations/commons/why?variable=fish&turn=6&depth=1`);
    const { event_id: id } = z.object({ event_id: z.string() }).parse(await answer.json());
    const page = await site.open(`/runs/commons?event=${id}&inspect=graph&full=inspector`);
    const nodes = page.locator(".graph-node");
    await nodes.nth(2).waitFor();
    expect((await nodes.allTextContents()).join(" ")).not.toMatch(/Turn \d+ (started|ended)/);
    const isInSight = () =>
      page.locator(".graph-node.selected").evaluate((node) => {
        const [own, around] = [node, node.ownerDocument.querySelector(".react-flow")].map((one) =>
          one?.getBoundingClientRect(),
        );
        return (
          own && around && own.left >= around.left && own.bottom <= around.bottom && own.top >= around.top
        );
      });
    await eventually(isInSight).toBe(true);
    await page.setViewportSize({ width: 640, height: 520 });
    await eventually(isInSight).toBe(true);
    const name = (selector: string) => page.locator(`${selector} .graph-node-text`).textContent();
    await page.locator(".graph-node.selected .graph-node-body").focus();
    await page.keyboard.press("ArrowUp");
    const cause = await name(".graph-node:focus-within");
    expect(cause).not.toBe(await name(".graph-node.selected"));
    await page.keyboard.press("Enter");
    await eventually(() => name(".graph-node.selected")).toBe(cause);
    expect(site.faults).toEqual([]);
  });
});

describe("an agent's page", () => {
  it("tells its variables, partners, memory and decisions, is reached from its name, and leads back to its events", async () => {
    const page = await site.open("/runs/dilemma");
    await page.getByRole("link", { name: "Page of grim-trigger" }).first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/runs/dilemma/agents/grim-trigger");
    const part = (name: string) => page.getByRole("region", { name, exact: true });
    await part("Decisions").locator(".decision").nth(13).waitFor();
    await part("Variables").locator(".spark-line").first().waitFor();
    await part("Partners").getByRole("link", { name: "tit-for-tat" }).waitFor();
    await part("What it remembers").waitFor();
    const first = part("Decisions").locator(".decision").first();
    await first.getByText("What it rested on").click();
    await first.locator("details .decision-event, details .note").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Its events" }).click();
    await page.waitForURL("**/runs/dilemma?agents=grim-trigger");
    expect(site.faults).toEqual([]);
  });

  it("is there for names with a slash, with spaces and of JavaScript's own, and of an agent that there is not says nothing untrue", async () => {
    const stream = await openEventStream({
      outputDir: site.outputDir,
      simulationId: "odd-names",
      verbosity: "STATE",
      signals: false,
    });
    const names = ["a/b", "__proto__", "Dr. Smith & Co", "100%"];
    stream.turn(1, (turn) => {
      for (const name of names) {
        const decision = turn.decision(name, "greet", { new_value: name });
        turn.because(decision, (scope) => scope.action(name, "greet", { whom: names[0] ?? "" }));
        turn.state("mood", { agent_id: name, old_value: null, new_value: 1, change: "added" });
      }
    });
    await stream.close();
    for (const name of names) {
      const page = await site.open(`/runs/odd-names/agents/${encodeURIComponent(name)}`);
      await eventually(() => page.locator("h1").textContent()).toBe(name);
      await eventually(() => page.locator(".decision").count()).toBe(1);
      await page.getByRole("region", { name: "Variables" }).getByText("mood").waitFor();
    }
    const page = await site.open("/runs/odd-names/agents/nobody");
    await page.getByText("None is recorded.").waitFor();
    site.refused(page); // its memory
  });
});

describe("who acts on whom", () => {
  it("is a matrix by action and turns, sorted, whose cells lead to the events", async () => {
    const page = await site.open("/runs/market-7?world=matrix&full=world");
    const table = page.getByRole("region", { name: "Who acts on whom" });
    const rows = table.locator("tbody th");
    await rows.nth(5).waitFor();
    await page.getByRole("button", { name: "A–Z" }).click();
    expect(await rows.allTextContents()).toEqual(["alice", "bob", "carol", "dave", "erin", "frank"]);
    await page.locator(".matrix-head select").first().selectOption("buy");
    await eventually(() => table.locator("thead th").last().textContent()).toBe("frank");
    expect(await violations(page)).toEqual([]);
    const cell = table.locator("tbody button").first();
    const [count, label] = [await cell.textContent(), (await cell.getAttribute("aria-label")) ?? ""];
    await cell.click();
    await eventually(() => page.locator(".panel-events .count").first().textContent()).toBe(count);
    const [from = "", to] = /^(\w+) on (\w+):/.exec(label)?.slice(1) ?? [];
    await eventually(() => [parameter(page, "agents"), parameter(page, "involving")]).toEqual([from, to]);
    expect(site.faults).toEqual([]);
  });
});
