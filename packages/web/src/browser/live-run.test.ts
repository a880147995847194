import { type EventStream, openEventStream } from "@llm-sim/events";
import { type RunningServer, startServer } from "@llm-sim/server";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site, WEB_ROOT } from "./site.test.fixture.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite([]);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

const counter = (page: Page) => page.locator(".panel-events .panel-tools .count");

/** A simulation of this test's own, whose next turn is played when the test says so. */
async function liveRun(id: string) {
  const stream: EventStream = await openEventStream({
    outputDir: site.outputDir,
    simulationId: id,
    verbosity: "STATE",
    signals: false,
  });
  let wealth = 100;
  stream.state("wealth", { agent_id: "alice", old_value: null, new_value: wealth, change: "added" });
  async function play(turn: number): Promise<void> {
    const scope = stream.startTurn(turn);
    const decision = scope.decision("alice", "sell");
    const action = scope.because(decision, (inside) => inside.action("alice", "sell", { amount: turn }));
    scope.because(action, (inside) =>
      inside.state("wealth", { agent_id: "alice", old_value: wealth, new_value: wealth + turn }),
    );
    wealth += turn;
    scope.end();
    await stream.flush();
  }
  await play(1);
  return { stream, play };
}

describe("a run that is being written", () => {
  it("streams in, counts what is new, follows the end when told to, and says when it is over", async () => {
    const { stream, play } = await liveRun("live-1");
    const page = await site.open("/runs/live-1");
    await page.locator(".status", { hasText: "running" }).waitFor();
    await eventually(() => counter(page).textContent()).toBe("7");
    for (let turn = 2; turn <= 12; turn++) await play(turn);
    await page.getByRole("button", { name: "55 new" }).click();
    await eventually(() => page.locator(".events-rows .event-row").last().textContent()).toContain("12");
    await page.getByText("turn 12 of 12").waitFor();
    await play(13);
    await page.getByText("turn 13 of 13").waitFor();
    await eventually(() => counter(page).textContent()).toBe("67");
    await eventually(() => page.locator(".event-row.current").textContent()).toContain("13");
    expect(new URL(page.url()).searchParams.get("follow")).toBe("1");
    await stream.close();
    await page.getByText("The run has ended: completed").waitFor();
    await page.locator(".run-header .status", { hasText: "completed" }).waitFor();
    await eventually(() => counter(page).textContent()).toBe("68");
  });

  it("streams in under a filter, only what matches", async () => {
    const { stream, play } = await liveRun("live-2");
    const page = await site.open("/runs/live-2?types=ACTION");
    await eventually(() => counter(page).textContent()).toBe("1");
    await play(2);
    await play(3);
    await page.getByRole("button", { name: "2 new" }).waitFor();
    await eventually(() => counter(page).textContent()).toBe("3");
    await stream.close();
  });
});

describe("a server that goes away", () => {
  it("is missed, and taken up again where it comes back, without an event lost or doubled", async () => {
    const { stream, play } = await liveRun("live-3");
    let server: RunningServer = await startServer({ outputDir: site.outputDir, port: 0, webRoot: WEB_ROOT });
    const { port } = server;
    try {
      const page = await site.browser.newPage({ locale: "en-US" });
      await page.goto(`${server.url}/runs/live-3`);
      await eventually(() => counter(page).textContent()).toBe("7");
      await server.close();
      await page.getByText("The server does not answer").waitFor();
      expect(await counter(page).textContent()).toBe("7");
      await play(2);
      server = await startServer({ outputDir: site.outputDir, port, webRoot: WEB_ROOT });
      await page.getByText("The server does not answer").waitFor({ state: "detached", timeout: 15_000 });
      await eventually(() => counter(page).textContent()).toBe("12");
      await play(3);
      await eventually(() => counter(page).textContent()).toBe("17");
      await page.close();
    } finally {
      await server.close();
      await stream.close();
    }
  });

  it("leaves what is not there yet open, and fills it in afterwards", async () => {
    const { stream, play } = await liveRun("long");
    for (let turn = 2; turn <= 150; turn++) await play(turn);
    await stream.close();
    let server: RunningServer = await startServer({ outputDir: site.outputDir, port: 0, webRoot: WEB_ROOT });
    const { port } = server;
    try {
      const page = await site.browser.newPage({ locale: "en-US" });
      await page.goto(`${server.url}/runs/long`);
      await eventually(() => counter(page).textContent()).toBe("753");
      await server.close();
      await page.locator(".events-scroll").evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await page.locator(".event-row.pending").first().waitFor();
      await page.getByText("The server does not answer").waitFor();
      server = await startServer({ outputDir: site.outputDir, port, webRoot: WEB_ROOT });
      await page.locator("#event-row-752").waitFor({ timeout: 15_000 });
      await page.close();
    } finally {
      await server.close();
    }
  });

  it("lends the parts of the script that are still to come, once it is back", async () => {
    const run = { outputDir: site.outputDir, simulationId: "parts", signals: false };
    const stream = await openEventStream(run);
    stream.turn(1, (scope) => scope.action("alice", "wait"));
    await stream.close();
    let server: RunningServer = await startServer({ outputDir: site.outputDir, port: 0, webRoot: WEB_ROOT });
    const { port } = server;
    const page = await site.browser.newPage({ locale: "en-US" });
    try {
      await page.goto(`${server.url}/runs/parts`);
      await page.locator(".events-rows .event-row .text").nth(2).click();
      await page.locator(".event-details").waitFor();
      await server.close();
      await page.getByRole("button", { name: "Graph" }).click();
      await page.getByText("The server does not answer").waitFor();
      server = await startServer({ outputDir: site.outputDir, port, webRoot: WEB_ROOT });
      await page.locator(".graph-node").first().waitFor({ timeout: 15_000 });
    } finally {
      await page.close();
      await server.close();
    }
  });
});
