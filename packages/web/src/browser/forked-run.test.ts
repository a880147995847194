import { join } from "node:path";
import { ForkRefused, type StartFork } from "@llm-sim/server";
import { forkRun, loadConfig } from "@llm-sim/simulation";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

const CONFIG = join(import.meta.dirname, "../../../../examples/commons/simulation.yaml");
const TOKEN = "s3cret";
let site: Site;
/** One that only reads. */
let reading: Site;

let forks = 0;

/** As the command line does, in this process. */
const startFork: StartFork = async ({ directory, simulation_id, request }) => {
  const simulation = await loadConfig(CONFIG);
  const id = `${simulation_id}-fork-${++forks}`;
  let over: Promise<unknown> = Promise.resolve();
  const begun = new Promise<void>((resolve, reject) => {
    const { turn, set, decide, without } = request;
    over = forkRun(directory, {
      simulation,
      turn,
      set,
      decide,
      without,
      simulationId: id,
      onBegun: () => resolve(),
    });
    over.catch((error: unknown) =>
      reject(new ForkRefused("request", error instanceof Error ? error.message : String(error))),
    );
  });
  return { simulation_id: id, begun, over: over.then(() => undefined) };
};

beforeAll(async () => {
  const run = { id: "commons", config: "commons/simulation.yaml" };
  site = await openSite([run], { token: TOKEN, startFork });
  reading = await openSite([run]);
}, 60_000);
afterEach(async () => {
  await site.closePages();
  await reading.closePages();
});
afterAll(async () => {
  await site?.close();
  await reading?.close();
});

async function idOf(query: string): Promise<string> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`${site.server.url}/simulations/commons/events?limit=1&${query}`, { headers });
  return (await answer.json()).events[0].event_id;
}

const openAt = async (query: string, options = {}): Promise<Page> => {
  const page = await site.open(`/runs/commons?event=${await idOf(query)}#token=${TOKEN}`, options);
  await page.getByRole("button", { name: "Fork from here" }).click();
  await page.locator(".fork-form").waitFor();
  return page;
};

describe("a fork", () => {
  it("is begun from an event, leads to the new run, and each names the other", async () => {
    const page = await openAt("event_types=DECISION&turn_start=5&agent_ids=boat-2");
    expect(await page.getByLabel("First turn that differs").inputValue()).toBe("5");
    await page.getByLabel("Set a variable").fill("fish");
    await page.getByLabel("to", { exact: true }).fill("400");
    await page.getByLabel("boat-2 decides otherwise").check();
    const decision = page.getByLabel("What boat-2 decides, as JSON");
    expect(JSON.parse(await decision.inputValue())).toMatchObject({
      actions: [{ action_type: expect.any(String) }],
    });
    await decision.fill('{"decision_type": "rest", "actions": []}');
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Fork", exact: true }).click();
    await page.waitForURL("**/runs/commons-fork-1**");
    await page.getByText(/forked from commons at turn 5/).waitFor();
    await page.locator(".status", { hasText: "completed" }).waitFor();
    expect(await violations(page)).toEqual([]);
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await page.locator(".lineage").getByRole("link", { name: "commons", exact: true }).click();
    await page.waitForURL("**/runs/commons?at=4**");
    await page.getByRole("button", { name: "1 fork" }).click();
    await page.locator(".lineage-list").getByRole("link", { name: "compare" }).click();
    await page.getByText(/^Where they part: turn 5/).waitFor();
    expect(site.faults).toEqual([]);
  });

  it("says beside the field what is wrong, and below them what the server says", async () => {
    const page = await openAt("event_types=ACTION&turn_start=5", { width: 390, height: 844 });
    await page.getByLabel("First turn that differs").fill("zero");
    await page.getByRole("button", { name: "Fork", exact: true }).click();
    await page.getByText("A turn is a whole number, from 1.").waitFor();
    expect(await page.getByLabel("First turn that differs").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("First turn that differs").fill("5");
    await page.getByLabel("Set a variable").fill("fsh");
    await page.getByLabel("to", { exact: true }).fill("1");
    await page.getByRole("button", { name: "Fork", exact: true }).click();
    await page
      .locator(".fork-field", { hasText: "Set a variable" })
      .getByText('did you mean "fish"')
      .waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.getByLabel("Leave this event out").check();
    await page.getByRole("button", { name: "Cancel" }).click();
    await eventually(() => page.locator(".fork-form").count()).toBe(0);
    site.refused(page);
  });

  it("is not offered where the server only reads", async () => {
    const page = await reading.open("/runs/commons");
    await page.locator(".events-rows .event-row .text").nth(8).click();
    await page.locator(".event-details .raw").waitFor();
    expect(await page.getByRole("button", { name: "Fork from here" }).count()).toBe(0);
  });
});
