import { readFileSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { verifyRun } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import {
  type ModelServer,
  type ReceivedRequest,
  type ServerStep,
  startModelServer,
} from "@llm-sim/llm/testing";
import { loadConfig, type ReplayReport, replayRun, resumeRun, runSimulation } from "@llm-sim/simulation";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { askingSimulation, llmSim } from "./asking.test.fixture.ts";
import { startCli } from "./cli.test.fixture.ts";

let server: ModelServer;
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const askedSchema = z.object({ messages: z.array(z.object({ content: z.string() })) });
const askedBy = ({ body }: ReceivedRequest) => askedSchema.parse(body).messages[0]?.content ?? "";

const AGENTS = ["alice", "bob", "cleo"];

async function recorded(
  llm: object,
  {
    turns = 5,
    answer = () => ({ json: { coins: 1 } }),
  }: {
    turns?: number;
    answer?: (request: ReceivedRequest, index: number) => ServerStep;
  } = {},
): Promise<{ home: string; directory: string }> {
  server = await startModelServer(answer);
  const home = askingSimulation({ llm: { base_url: server.base_url, ...llm }, agents: AGENTS, turns });
  const simulation = await loadConfig(join(home, "sim.yaml"));
  const { directory = "" } = await runSimulation(simulation, {
    outputDir: join(home, "output"),
    simulationId: "one",
    verbosity: "DETAIL",
    onWarning: () => {},
  });
  return { home, directory };
}

describe("a run that asked models", () => {
  it("is played again from its tape: the same, without a key or a socket", async () => {
    const { home, directory } = await recorded(
      { max_attempts: 2, retry: { first_delay: "1ms" }, concurrency: 2 },
      {
        answer: (_, index) =>
          index % 5 === 3 ? { status: 500 } : { json: { coins: index }, delay_ms: (index * 7) % 13 },
      },
    );
    const asked = server.requests.length;
    const connect = vi.spyOn(Socket.prototype, "connect").mockImplementation(() => {
      throw new Error("a socket was opened");
    });
    const report = await replayRun(directory);
    expect(report).toMatchObject({
      same: true,
      recalled: { turns: 5, hashes: 5 },
      answers: { used: asked, of: asked, unasked: [] },
    });
    expect(await llmSim(home, "replay", "one")).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^The same\./),
    });
    expect(connect).not.toHaveBeenCalled();
  });

  it("parts where its code asks something else, and says what differs in the request", async () => {
    const { home } = await recorded({});
    const code = join(home, "code.mjs");
    writeFileSync(code, readFileSync(code, "utf8").replace("coins.`", "coins, no more.`"));
    // In a process of their own, which has not loaded the code as it was.
    const replayed = await startCli(home, ["replay", "one", "--json"]).ended;
    expect(replayed.code).toBe(1);
    const report: ReplayReport = JSON.parse(replayed.stdout);
    expect(report).toMatchObject({
      same: false,
      parting: { turn: 1, kind: "answer" },
      changes: [{ of: "code.mjs" }],
    });
    expect(report.parting?.misses?.[0]).toMatch(/alice\/1.*\/messages\/0\/content/);
    const resumed = await startCli(home, ["resume", "one", "--turns", "9"]).ended;
    expect(resumed).toMatchObject({ code: 1 });
    expect(resumed.stderr).toMatch(/code of one has changed.*code\.mjs/);
  });
});

describe("a decision that took too long while a model was asked", () => {
  it("takes too long again, without a clock", async () => {
    server = await startModelServer((request) =>
      askedBy(request).startsWith("bob has 1") ? { fault: "hang" } : { json: { coins: 1 } },
    );
    const home = askingSimulation({ llm: { base_url: server.base_url }, agents: AGENTS, turns: 4 });
    const config = join(home, "sim.yaml");
    const text = readFileSync(config, "utf8").replace('"seed":1', '"seed":1,"decide_timeout":"400ms"');
    writeFileSync(config, text);
    const simulation = await loadConfig(config);
    const { directory = "", troubles } = await runSimulation(simulation, {
      outputDir: join(home, "output"),
      simulationId: "one",
      verbosity: "DETAIL",
    });
    expect(troubles.failures).toBeGreaterThan(1);
    const begun = performance.now();
    expect((await replayRun(directory)).parting).toBeUndefined();
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe("a run that was interrupted while models were asked", () => {
  it("goes on, and asks again what it was kept from alone", async () => {
    const controller = new AbortController();
    server = await startModelServer((_, index) => {
      if (index === 7) controller.abort();
      return { json: { coins: 1 }, delay_ms: 20 };
    });
    const home = askingSimulation({ llm: { base_url: server.base_url }, agents: AGENTS, turns: 5 });
    const simulation = await loadConfig(join(home, "sim.yaml"));
    const { directory = "", status } = await runSimulation(simulation, {
      outputDir: join(home, "output"),
      simulationId: "one",
      verbosity: "DETAIL",
      signal: controller.signal,
    });
    expect(status).toBe("interrupted");
    const asked = server.requests.map(askedBy);
    const { resumed } = await resumeRun(directory);
    expect(resumed.after_turn).toBe(2);
    expect(readManifest(directory)).toMatchObject({ status: "completed", ended_by: "turns" });
    const again = server.requests.slice(asked.length).map(askedBy);
    expect(again.filter((text) => asked.slice(0, 6).includes(text))).toEqual([]);
    expect((await verifyRun(directory)).result).toBe("ok");
    expect((await replayRun(directory)).parting).toBeUndefined();
  });
});

describe("a run whose budget was spent", () => {
  const usage = { prompt_tokens: 10, completion_tokens: 10 };
  const answer = (): ServerStep => ({ json: { coins: 1 }, usage });

  it("ends the same when it is played again, and goes on with a higher one, of which what was spent is a part", async () => {
    const { home, directory } = await recorded({ budget: { tokens: 150 }, concurrency: 1 }, { answer });
    expect(readManifest(directory)).toMatchObject({ status: "completed", ended_by: "budget" });
    expect((await replayRun(directory)).same).toBe(true);
    const refused = await llmSim(home, "resume", "one");
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining("--set llm.budget.tokens=N") });
    const before = server.requests.map(askedBy);
    expect(await llmSim(home, "resume", "one", "--set", "llm.budget.tokens=100000", "--quiet")).toMatchObject(
      { code: 0 },
    );
    const after = server.requests.slice(before.length).map(askedBy);
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter((text) => before.includes(text))).toEqual([]);
    expect(server.requests).toHaveLength(AGENTS.length * 5);
    expect(readManifest(directory)).toMatchObject({ status: "completed", ended_by: "turns" });
    expect((await verifyRun(directory)).result).toBe("ok");
    expect((await replayRun(directory)).parting).toBeUndefined();
  });

  it("is left as it is where the other one is spent already", async () => {
    const { home, directory } = await recorded({ budget: { tokens: 150 }, concurrency: 1 }, { answer });
    const log = readFileSync(join(directory, "events.jsonl"), "utf8");
    for (const tokens of [10, 140, 150, 160])
      expect(await llmSim(home, "resume", "one", "--set", `llm.budget.tokens=${tokens}`)).toMatchObject({
        code: 1,
        text: `error: one has spent 160 of llm.budget.tokens already, and ${tokens} is not more: give it more with --set llm.budget.tokens=N.\n`,
      });
    expect(readFileSync(join(directory, "events.jsonl"), "utf8")).toBe(log);
  });

  it("ends again where the higher one is spent as well", async () => {
    const { directory } = await recorded({ budget: { tokens: 150 }, concurrency: 1 }, { answer });
    const asked = server.requests.length;
    await resumeRun(directory, { overrides: [{ path: "llm.budget.tokens", value: 200 }] });
    expect(readManifest(directory)?.ended_by).toBe("budget");
    expect(server.requests.length).toBeGreaterThan(asked);
    expect(server.requests.length).toBeLessThanOrEqual(12);
  });
});

describe("what is asked of a run that cannot be played", () => {
  it("is refused where its answers were not kept, whatever it is to be played for; one that asked nothing is played", async () => {
    const { home, directory } = await recorded({ tape: "off" });
    const log = readFileSync(join(directory, "events.jsonl"), "utf8");
    for (const command of [["replay"], ["resume", "--turns", "9"], ["fork", "--turn", "3"]])
      expect(await llmSim(home, ...command.toSpliced(1, 0, "one"))).toMatchObject({
        code: 2,
        text: expect.stringMatching(/^error: one kept no tape .*\(llm\.tape: off\).*llm\.tape: full\.\n$/),
      });
    expect(readFileSync(join(directory, "events.jsonl"), "utf8")).toBe(log);
    writeFileSync(
      join(directory, "run.json"),
      readFileSync(join(directory, "run.json"), "utf8").replace(/"tape": "off"/, '"tape": "full"'),
    );
    expect(await llmSim(home, "replay", "one")).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^error: one asked models, and its tape\.jsonl is not there: put it back/),
    });
    const idle = askingSimulation({ llm: { base_url: server.base_url, tape: "off" }, turns: 2 });
    writeFileSync(join(idle, "idle.mjs"), 'export const idler = () => ({ decision_type: "none" });\n');
    const config = readFileSync(join(idle, "sim.yaml"), "utf8");
    writeFileSync(join(idle, "sim.yaml"), config.replace("./code.mjs#taker", "./idle.mjs#idler"));
    await llmSim(idle, "run", "sim.yaml", "--id", "idle", "--quiet");
    expect(await llmSim(idle, "replay", "idle")).toMatchObject({ code: 0 });
  });

  it("is refused in a line", async () => {
    const { home, directory } = await recorded({ tape: "hash" });
    expect(await llmSim(home, "replay", "one")).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^error: .*keeps hashes and no answers.*\n$/),
    });
    writeFileSync(
      join(directory, "run.json"),
      readFileSync(join(directory, "run.json"), "utf8").replace(/"config_file": .*\n/, ""),
    );
    expect(await llmSim(home, "replay", "one")).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^error: one was made by a program \(defineSimulation\).*\n$/),
    });
  });

  it("names the directory to give where its code has moved", async () => {
    const { home, directory } = await recorded({});
    const manifest = readFileSync(join(directory, "run.json"), "utf8");
    writeFileSync(
      join(directory, "run.json"),
      manifest.replace(/"from_run": ".*?"/, '"from_run": "../../elsewhere"'),
    );
    expect(await llmSim(home, "replay", "one")).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^error: The code of one \(code\.mjs\) was not found.*--code DIR\.?\n$/),
    });
    expect(await llmSim(home, "replay", "one", "--code", ".")).toMatchObject({ code: 0 });
  });
});
