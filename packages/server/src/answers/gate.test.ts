import { execFile } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { compareAnswerSchema, integrityAnswerSchema } from "@llm-sim/api";
import { isStoreError, openStore } from "@llm-sim/store";
import { afterEach, describe, expect, it } from "vitest";
import { toApiError } from "../errors/index.ts";
import { writeLake } from "../lake-runs.test.fixture.ts";
import { QUESTIONS } from "../routes/index.ts";
import { ask, giveBack, linesOf, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";
import { Gate } from "./gate.ts";
import type { FinishedAnswer, Question } from "./question.ts";

const given: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const giveUp of given.splice(0)) await giveUp();
  await giveBack();
});

function question(name: string): Question {
  const found = QUESTIONS.find(({ endpoint }) => endpoint.operationId === name);
  if (found === undefined) throw new Error(`there is no question ${name}`);
  return found;
}

/** @param answeredHere 0 where all is answered in threads */
function gateOver(outputDir: string, answeredHere = 0) {
  const store = openStore(outputDir);
  const gate = new Gate(store, { answeredHere });
  given.push(async () => {
    await gate.close();
    await store.close();
  });
  return (
    name: string,
    request: { params?: unknown; query?: unknown },
    gone = new AbortController().signal,
  ) => gate.ask(question(name), { params: {}, query: {}, ...request }, { client: "me", gone });
}

async function twoRuns(turns = 3): Promise<string> {
  const outputDir = outputDirectory();
  await writeLake(outputDir, "left", { turns });
  await writeLake(outputDir, "right", { turns, take: () => 3 });
  return outputDir;
}

async function oneRun(turns = 3): Promise<{ outputDir: string; run: string }> {
  const outputDir = outputDirectory();
  await writeRun(outputDir, "market-1", turns);
  return { outputDir, run: join(outputDir, "market-1") };
}

const json = ({ body }: FinishedAnswer): unknown => JSON.parse(Buffer.from(body).toString());
const MARKET = { params: { id: "market-1" } };
const BOTH = { query: { left: "left", right: "right" } };

describe("a long answer", () => {
  it("of runs that are not there tells of the first, whichever is missed sooner", async () => {
    const store = openStore(outputDirectory());
    const openRun = store.openRun.bind(store);
    store.openRun = async (id) => {
      if (id === "left") await pause(20);
      return openRun(id);
    };
    const gate = new Gate(store);
    given.push(async () => {
      await gate.close();
      await store.close();
    });
    const asking = { client: "me", gone: new AbortController().signal };
    await expect(gate.ask(question("compareRuns"), { params: {}, ...BOTH }, asking)).rejects.toMatchObject({
      details: { reference: "left" },
    });
  });

  it("is the same from a thread as from the server's own", async () => {
    const outputDir = await twoRuns();
    const [far, near] = [gateOver(outputDir), gateOver(outputDir, Number.POSITIVE_INFINITY)];
    const { events } = JSON.parse(
      Buffer.from((await near("listEvents", { params: { id: "left" } })).body).toString(),
    );
    const id = { id: "left" };
    const event_id = events.at(-3).event_id;
    const asked: [string, { params?: unknown; query?: unknown }][] = [
      ["compareRuns", BOTH],
      ["listEvents", { params: id, query: { q: "fish" } }],
      ["getCausality", { params: { ...id, event_id } }],
      ["getState", { params: id }],
      ["getTimeline", { params: id }],
    ];
    for (const [name, request] of asked)
      expect(await far(name, request), name).toEqual(await near(name, request));
  });

  it("is worked out once for all who ask the same meanwhile", async () => {
    const asking = gateOver(await twoRuns());
    const [one, other, turned] = await Promise.all([
      asking("compareRuns", BOTH),
      asking("compareRuns", BOTH),
      asking("compareRuns", { query: { left: "right", right: "left" } }),
    ]);
    expect(other).toBe(one);
    const [straight, crossed] = [one, turned].map((answer) => compareAnswerSchema.parse(json(answer)));
    expect([straight?.left.simulation_id, crossed?.left.simulation_id]).toEqual(["left", "right"]);
  });

  it("is of the log as it is when it is asked for, also while an older one is worked out", async () => {
    const { outputDir, run } = await oneRun(300);
    const asking = gateOver(outputDir);
    const older = asking("getIntegrity", MARKET);
    const [line = ""] = await linesOf(run);
    appendFileSync(join(run, "events.jsonl"), `${line}\n`);
    const newer = await asking("getIntegrity", MARKET);
    await older;
    const { result, violations } = integrityAnswerSchema.parse(json(newer));
    expect(result).toBe("violation");
    expect(violations).toContainEqual(expect.objectContaining({ rule: "id-unique", file: "events.jsonl" }));
  });

  it("goes on for others when one who asked goes, and stops when all have gone", async () => {
    const { outputDir } = await oneRun(1000);
    const asking = gateOver(outputDir);
    const [one, other] = [new AbortController(), new AbortController()];
    const [first, second] = [
      asking("getIntegrity", MARKET, one.signal),
      asking("getIntegrity", MARKET, other.signal),
    ];
    one.abort();
    await expect(first).rejects.toThrow(/abort/);
    expect(json(await second)).toMatchObject({ result: "ok" });
    const alone = new AbortController();
    const stopped = asking("getIntegrity", MARKET, alone.signal);
    alone.abort();
    await expect(stopped).rejects.toThrow(/abort/);
    expect(json(await asking("getIntegrity", MARKET))).toMatchObject({ result: "ok" });
  });

  it("leaves the server's thread to others", async () => {
    const asking = gateOver(await twoRuns(1500));
    const begun = performance.now();
    const before = performance.eventLoopUtilization();
    const { equal, differences } = compareAnswerSchema.parse(json(await asking("compareRuns", BOTH)));
    const took = performance.now() - begun;
    expect(equal).toBe(false);
    expect(differences.total).toBeGreaterThan(10_000);
    expect(performance.eventLoopUtilization(before).active).toBeLessThan(took / 4);
  });

  it("counts the lines of both logs that are no events", async () => {
    const outputDir = await twoRuns();
    appendFileSync(join(outputDir, "left", "events.jsonl"), "no event\n");
    appendFileSync(join(outputDir, "right", "events.jsonl"), "no event\nnor this\n");
    expect((await gateOver(outputDir)("compareRuns", BOTH)).skipped).toBe(3);
  });

  it("of a run that went away says so, as the store does", async () => {
    const outputDir = await twoRuns();
    rmSync(join(outputDir, "right"), { recursive: true });
    const refusal = await gateOver(outputDir)("compareRuns", BOTH).catch((error: unknown) => error);
    expect(isStoreError(refusal, "SIMULATION_NOT_FOUND")).toBe(true);
    expect(toApiError(refusal)).toMatchObject({
      statusCode: 404,
      details: { reference: "right", nearest: [] },
    });
  });
});

it("is worked out whatever options the server's host was started with", async () => {
  const { outputDir } = await oneRun(900);
  const program = `
    import { startServer } from "@llm-sim/server";
    const server = await startServer({ outputDir: ${JSON.stringify(outputDir)}, port: 0 });
    const answer = await fetch(server.url + "/simulations/market-1/widest");
    console.log((await answer.json()).simulation_id);
    await server.close();`;
  const options = { cwd: import.meta.dirname };
  const host = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program],
    options,
  );
  expect(host).toEqual({ stdout: "market-1\n", stderr: "" });
});

it("is refused with when to ask again where too many wait, and no page and no short question waits for it", async () => {
  const outputDir = outputDirectory();
  await writeRun(outputDir, "market-1", 900);
  const server = await serve({ outputDir });
  let answered = 0;
  const asked = Array.from({ length: 100 }, async (_, number) => {
    const answer = await ask(server, `/simulations/market-1/widest?limit=${number + 1}`);
    answered++;
    return answer;
  });
  const page = await ask(server, "/simulations/market-1/events?limit=100");
  expect(page.status).toBe(200);
  expect(answered).toBeLessThan(asked.length);
  const answers = await Promise.all(asked);
  const refused = answers.filter(({ status }) => status === 503);
  expect(answers.filter(({ status }) => status === 200).length).toBe(asked.length - refused.length);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(asked.length);
  for (const { json: body, headers } of refused) {
    expect(body.code).toBe("OVERLOADED");
    expect(Number(headers["retry-after"])).toBeGreaterThanOrEqual(1);
  }
});
