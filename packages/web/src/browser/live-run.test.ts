import { eventsAnswerSchema, stateAnswerSchema } from "@llm-sim/api";
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
    await eventually(() => new URL(page.url()).searchParams.get("follow")).toBe("1");
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

/** What the world's panel says at one moment: of which moment it is, up to which event, and the values. */
const look = (page: Page) =>
  page.locator(".panel-world").evaluate((panel) => {
    const said = panel.querySelector<HTMLElement>(".panel-tools .count");
    const values = [...panel.querySelectorAll<HTMLElement>(".world-table .value bdi")];
    return {
      words: said?.textContent ?? "",
      event: said?.title.replace("Up to event ", "") ?? "",
      values: values.map(({ textContent }) => Number(textContent)),
    };
  });

describe("the world of a run that is being written", () => {
  it("is at every look the state of the event that it names, and says whether its turn is over", async () => {
    const stream = await openEventStream({
      outputDir: site.outputDir,
      simulationId: "slow",
      verbosity: "STATE",
      signals: false,
    });
    const agents = ["alice", "bob", "carol"];
    const wealth = new Map(agents.map((agent) => [agent, 100]));
    for (const agent_id of agents)
      stream.state("wealth", { agent_id, old_value: null, new_value: 100, change: "added" });
    await stream.flush();
    const page = await site.open("/runs/slow");
    await eventually(() => look(page)).toMatchObject({ words: "so far in turn 0", values: [100, 100, 100] });

    const seen: string[] = [];
    async function lookAround(): Promise<void> {
      for (let at = 0; at < 3; at++) {
        const { words, event, values } = await look(page);
        const asked = await fetch(`${site.server.url}/simulations/slow/state?event_id=${event}`);
        const state = stateAnswerSchema.parse(await asked.json());
        expect(values).toEqual(agents.map((agent) => state.agents[agent]?.wealth));
        expect(words).toBe(`${state.turn_ended ? "end of" : "so far in"} turn ${state.turn}`);
        seen.push(words);
      }
    }
    for (let turn = 1; turn <= 4; turn++) {
      const scope = stream.startTurn(turn);
      for (const agent_id of agents) {
        const old_value = wealth.get(agent_id) ?? 0;
        wealth.set(agent_id, old_value + turn);
        scope.state("wealth", { agent_id, old_value, new_value: old_value + turn });
        await stream.flush();
        await lookAround();
      }
      // Settled within the turn: the last write is there, and nobody takes it for the turn's end.
      await eventually(() => look(page)).toMatchObject({
        words: `so far in turn ${turn}`,
        values: [...wealth.values()],
      });
      scope.end();
      await stream.flush();
      await lookAround();
      await eventually(async () => (await look(page)).words).toBe(`end of turn ${turn}`);
      await lookAround();
    }
    expect(seen.length).toBeGreaterThan(40);
    // A turn that is looked at while it is under way is read again, too.
    await page.goto(`${site.server.url}/runs/slow?at=5`);
    const scope = stream.startTurn(5);
    scope.state("wealth", { agent_id: "bob", old_value: 110, new_value: 7 });
    await stream.flush();
    await page.goto(`${site.server.url}/runs/slow?at=5&types=ACTION`);
    await eventually(() => look(page)).toMatchObject({ words: "so far in turn 5", values: [110, 7, 110] });
    scope.state("wealth", { agent_id: "carol", old_value: 110, new_value: 8 });
    scope.end();
    await stream.flush();
    await eventually(() => look(page)).toMatchObject({ words: "end of turn 5", values: [110, 7, 8] });
    await stream.close();
  }, 40_000);
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
      await page.locator(".overview").waitFor();
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

  it("finds what was changed while it was away done when it is back: list, counts, timeline and API agree", async () => {
    const { stream, play } = await liveRun("changed");
    for (let turn = 2; turn <= 50; turn++) await play(turn);
    let server: RunningServer = await startServer({ outputDir: site.outputDir, port: 0, webRoot: WEB_ROOT });
    const { port, url } = server;
    const page = await site.browser.newPage({ locale: "en-US" });
    const BREAKS = {
      "is stopped": {
        begin: () => server.close(),
        async end() {
          server = await startServer({ outputDir: site.outputDir, port, webRoot: WEB_ROOT });
        },
      },
      "cannot be reached": {
        begin: () => page.context().setOffline(true),
        end: () => page.context().setOffline(false),
      },
      "has a gateway before it that answers instead": {
        async begin() {
          await page.route("**/*", (route) => route.fulfill({ status: 502, body: "bad gateway" }));
          await server.close();
        },
        async end() {
          server = await startServer({ outputDir: site.outputDir, port, webRoot: WEB_ROOT });
          await page.unroute("**/*");
        },
      },
    };
    const kind = (name: string) => page.getByLabel("Kinds of event").getByRole("button", { name });
    const CHANGES: readonly [change: () => Promise<unknown>, query: string][] = [
      [() => kind("State").click(), "event_types=STATE"],
      [
        () => page.locator("button.lane-label", { hasText: "alice" }).click(),
        "event_types=STATE&agent_ids=alice",
      ],
      [() => page.getByRole("button", { name: "Clear all" }).click(), ""],
    ];
    try {
      await page.goto(`${url}/runs/changed`);
      await eventually(() => counter(page).textContent()).toBe("252");
      await page.locator(".overview").waitFor();
      let turn = 50;
      for (const [at, [name, one]] of Object.entries(BREAKS).entries()) {
        const [change, query] = CHANGES[at] ?? [async () => {}, ""];
        await one.begin();
        await page.locator(".banner").waitFor();
        await page.locator(".events-scroll").evaluate((element) => element.scrollTo(0, 4000));
        await change();
        await page.getByRole("button", { name: "Time", exact: true }).click();
        await page.getByRole("button", { name: "Busiest" }).click();
        await play(++turn);
        await one.end();
        await page.locator(".banner").waitFor({ state: "detached", timeout: 15_000 });
        await play(++turn);
        const asked = await fetch(`${url}/simulations/changed/events?limit=1&${query}`);
        const { total } = eventsAnswerSchema.parse(await asked.json());
        await eventually(() => counter(page).textContent()).toBe(String(total));
        await eventually(() => page.locator(".run-header .facts").textContent()).toContain(
          `${turn} turns · 1 agent · ${turn * 5 + 2} events`,
        );
        await eventually(() => kind("Action").locator(".count").textContent(), 100).toBe(String(turn));
        await page.locator(".events-scroll").evaluate((element) => element.scrollTo(0, element.scrollHeight));
        await page.locator(`#event-row-${total - 1}`).waitFor();
        expect(await page.locator(".event-row.pending").count(), name).toBe(0);
        expect(await page.locator(`#event-row-${total}`).count(), name).toBe(0);
        await page.getByRole("button", { name: "Turns", exact: true }).click();
      }
    } finally {
      await page.close();
      await server.close();
      await stream.close();
    }
  }, 60_000);

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
      // A part of the script that fails to load would load the page anew.
      await page.locator(".overview").waitFor();
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
