import { readFile } from "node:fs/promises";
import { openEventStream } from "@llm-sim/events";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;

beforeAll(async () => {
  site = await openSite([
    { id: "market", config: "market/simulation.yaml" },
    { id: "commons", config: "commons/simulation.yaml" },
    {
      id: "epidemic",
      config: "epidemic/simulation.yaml",
      overrides: [
        { path: "simulation.turns", value: 25 },
        { path: "agents.0.count", value: 80 },
      ],
    },
  ]);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

async function openRun(id: string, query = "", options = {}): Promise<Page> {
  const page = await site.open(`/runs/${id}${query}`, options);
  await page.locator(".panel-events .panel-tools .count", { hasText: /\d/ }).waitFor();
  return page;
}
const chartOf = (page: Page, name: string) => page.getByRole("figure", { name, exact: true });

describe("a chart", () => {
  it("tells its values at the pointer and, by keys, at any turn; Enter leads to the event", async () => {
    const page = await openRun("commons", "?world=charts&variables=fish");
    const chart = chartOf(page, "fish");
    const slider = chart.getByRole("slider");
    await slider.waitFor();
    expect(await chart.locator(".legend").textContent()).toMatch(/^turn 12fish42\.\d+$/);
    await chart.locator(".u-over").hover({ position: { x: 2, y: 20 } });
    await eventually(() => chart.locator(".legend").textContent()).toBe("turn 0fish500");
    await slider.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await eventually(() => slider.getAttribute("aria-valuetext")).toMatch(/^turn 11: fish [\d.]+$/);
    await page.keyboard.press("Enter");
    await eventually(() => parameter(page, "at")).toMatch(/^11@/);
  });

  it("chooses turns by dragging, and by shift and arrows", async () => {
    const page = await openRun("commons", "?world=charts&variables=fish");
    const over = chartOf(page, "fish").locator(".u-over");
    const box = await over.boundingBox();
    if (!box) throw new Error("there is no chart");
    const at = (turn: number) => box.x + (turn / 12) * box.width;
    await page.mouse.move(at(3), box.y + 30);
    await page.mouse.down();
    await page.mouse.move(at(5), box.y + 30);
    await page.mouse.move(at(7), box.y + 30);
    await page.mouse.up();
    await eventually(() => parameter(page, "turns")).toBe("3..7");
    await eventually(() => parameter(page, "at")).toBe(null);
    await chartOf(page, "fish").getByRole("slider").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    await eventually(() => parameter(page, "turns")).toBe("0..2");
  });

  it("has a logarithmic scale that says what it cannot draw, and is saved as PNG and CSV", async () => {
    const page = await openRun("commons", "?world=charts&variables=*.caught");
    const chart = chartOf(page, "caught");
    await chart.getByRole("button", { name: "log" }).click();
    await chart.getByText("Not drawn: 4 values of 0 or less").waitFor();
    await eventually(() => parameter(page, "scale")).toBe("log");
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      chart.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect(csv.suggestedFilename()).toBe("commons-caught.csv");
    const lines = (await readFile(await csv.path(), "utf8")).split("\r\n");
    expect([lines[0], lines[1], lines.length]).toEqual(["turn,boat-1,boat-2,boat-3,boat-4", "0,0,0,0,0", 15]);
    const [png] = await Promise.all([
      page.waitForEvent("download"),
      chart.getByRole("button", { name: "PNG" }).click(),
    ]);
    expect((await readFile(await png.path())).subarray(1, 4).toString()).toBe("PNG");
  });

  it("counts who has which text", async () => {
    const page = await openRun("epidemic", "?world=charts&variables=*.health");
    const legend = chartOf(page, "health").locator(".legend");
    await legend.waitFor();
    const counts = (await legend.locator(".legend-value").allTextContents()).map(Number);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(80);
    expect(await legend.locator(".legend-label").allTextContents()).toEqual([
      "susceptible",
      "infected",
      "recovered",
    ]);
  });
});

describe("a condition", () => {
  it("is in the address, ticked off, and walked from moment to moment by keys", async () => {
    const page = await openRun("market");
    site.refused(page); // what is half typed may be asked, on a slow machine
    await page.keyboard.press("c");
    await page.keyboard.type("*.wealth < 200");
    await page.keyboard.press("Enter");
    const said = page.locator(".condition").getByRole("status");
    await eventually(() => said.textContent()).toMatch(/^\d+ moments$/);
    await eventually(() => parameter(page, "when")).toBe("*.wealth < 200");
    const total = Number.parseInt((await said.textContent()) ?? "", 10);
    await page.keyboard.press("Escape");
    // Longer than what is typed is waited for: Escape takes nothing away.
    await page.waitForTimeout(700);
    await page.keyboard.press("p");
    await eventually(() => said.textContent()).toBe(`${total} of ${total}`);
    // None lies behind the last, and the button says so.
    await eventually(() => page.getByRole("button", { name: "Next moment" }).isDisabled()).toBe(true);
    await page.keyboard.press("p");
    await eventually(() => said.textContent()).toBe(`${total - 1} of ${total}`);
    await page.keyboard.press("n");
    await eventually(() => said.textContent()).toBe(`${total} of ${total}`);
    await eventually(() => page.locator(".event-details .description").textContent()).toContain(".wealth");
  });

  it("says in place what is wrong with it, and what was meant", async () => {
    const page = await openRun("market", "?when=alcie.wealth+%3C+900");
    const refused = page.locator(".condition-refused");
    await refused.getByText("run market has no variable alcie.wealth").waitFor();
    await refused.getByRole("button", { name: "alice.wealth < 900" }).click();
    await eventually(() => parameter(page, "when")).toBe("alice.wealth < 900");
    await eventually(() => page.locator(".condition").getByRole("status").textContent()).toBe("1 moment");
    site.refused(page);
  });
});

describe("keys, wherever one is", () => {
  it("walk the events, go to a turn, and show what keys there are", async () => {
    const page = await site.open("/runs/market?full=world");
    await page.locator(".world-table td").first().waitFor();
    // Events are walked once they are there; until then the key does nothing.
    await eventually(async () => {
      if (parameter(page, "event") === null) await page.keyboard.press("j");
      return parameter(page, "event");
    }, 500).toBeTruthy();
    const first = parameter(page, "event");
    await page.keyboard.press("j");
    await eventually(() => parameter(page, "event")).not.toBe(first);
    await page.keyboard.press("k");
    await eventually(() => parameter(page, "event")).toBe(first);
    await page.keyboard.press("?");
    await page.getByText("find anything").waitFor();
    await page.keyboard.press("?");
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.type("17");
    await page.keyboard.press("Enter");
    await eventually(() => parameter(page, "at")).toBe("17");
  });
});

describe("the palette", () => {
  it("finds runs from the list, agents, variables, turns and commands in a run, and gives the focus back", async () => {
    const page = await site.open("/");
    await page.getByRole("link", { name: "epidemic" }).first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill("mark");
    await page.getByRole("option", { name: "market" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".panel-events .panel-tools .count", { hasText: /\d/ }).waitFor();
    const take = async (text: string, name: string) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Find anything" }).fill(text);
      await page.getByRole("dialog").getByRole("option", { name }).first().click();
    };
    await take("erin", "erin");
    await eventually(() => parameter(page, "agents")).toBe("erin");
    await take("goods", "*.goods");
    await eventually(() => parameter(page, "variables")).toBe("*.goods");
    await take("turn 12", "Go to turn 12");
    await eventually(() => parameter(page, "at")).toBe("12");
    await take("axis time", "Axis: time");
    await eventually(() => parameter(page, "axis")).toBe("time");
    const filter = page.getByRole("searchbox", { name: /^Text/ });
    await filter.focus();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await eventually(() => page.getByRole("dialog").count()).toBe(0);
    await eventually(() => filter.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe("the lanes", () => {
  it("show who is ill: a chosen variable as a strip, with its colours told", async () => {
    const page = await openRun("epidemic");
    await page.getByRole("button", { name: "Strip" }).click();
    await page
      .getByRole("region", { name: "Timeline" })
      .getByRole("button", { name: "health", exact: true })
      .click();
    await eventually(() => parameter(page, "strip")).toBe("health");
    const legend = page.getByRole("region", { name: "Strips" });
    await eventually(() => legend.locator(".legend-label").allTextContents()).toEqual([
      "susceptible",
      "infected",
      "recovered",
    ]);
    await legend.getByRole("button", { name: "Take the strips away" }).click();
    await eventually(() => parameter(page, "strip")).toBe(null);
  });
});

it("what is found and read has no fault in access of any level, in either colours", async () => {
  const query = "?world=charts&variables=*.health&strip=health&when=infected+%3E+10&scale=log";
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await openRun("epidemic", query, { colorScheme });
    await chartOf(page, "health").getByRole("slider").waitFor();
    await page.getByRole("region", { name: "Strips" }).locator(".legend-label").first().waitFor();
    expect(await violations(page)).toEqual([]);
  }
});

it("a run that is being written adds its moments and values as they come", async () => {
  const stream = await openEventStream({
    outputDir: site.outputDir,
    simulationId: "live",
    verbosity: "STATE",
    signals: false,
  });
  const play = async (turn: number) => {
    const scope = stream.startTurn(turn);
    scope.because(scope.action("alice", "sell"), (inside) =>
      inside.state("wealth", {
        agent_id: "alice",
        old_value: turn - 1,
        new_value: turn,
        change: turn === 1 ? "added" : undefined,
      }),
    );
    scope.end();
    await stream.flush();
  };
  await play(1);
  const page = await openRun("live", "?when=alice.wealth+%3E+2&world=charts&variables=*.wealth&strip=wealth");
  const said = page.locator(".condition").getByRole("status");
  await eventually(() => said.textContent()).toBe("never true");
  await play(2);
  await play(3);
  await eventually(() => said.textContent()).toBe("1 moment");
  await eventually(() => chartOf(page, "wealth").locator(".legend").textContent()).toBe("turn 3alice3");
  await page.getByText("1 to 3, every lane on the same scale").waitFor();
  await stream.close();
});

it("nothing went wrong in any page", () => {
  expect(site.faults).toEqual([]);
});
