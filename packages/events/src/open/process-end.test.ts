import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyRun } from "../read/index.ts";
import { readManifest } from "../run/index.ts";
import { eventSchema } from "../schema/index.ts";
import { readTape } from "../tape/index.ts";
import { openEventStream } from "./index.ts";

const CHILD = fileURLToPath(new URL("./child.fixture.mjs", import.meta.url));
const COUNT = 20_000;

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-end-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

function start(way: string): { child: ChildProcess; ended: Promise<Ended>; said: () => string } {
  const child = spawn(process.execPath, [CHILD, output, way], { stdio: ["ignore", "ignore", "pipe"] });
  const parts: Buffer[] = [];
  child.stderr.on("data", (part: Buffer) => parts.push(part));
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal }));
  return { child, ended, said: () => Buffer.concat(parts).toString() };
}

async function signalled(way: string, signal: NodeJS.Signals): Promise<Ended> {
  const { child, ended } = start(way);
  while (!existsSync(join(output, "ready"))) {
    if (child.exitCode !== null) throw new Error(`The child ended by itself with ${child.exitCode}.`);
    await delay(5);
  }
  await delay(120);
  child.kill(signal);
  return ended;
}

const run = () => join(output, "run");
const lines = () => readFileSync(join(run(), "events.jsonl"), "utf8").split("\n").slice(0, -1);
const events = () => lines().map((line) => eventSchema.parse(JSON.parse(line)));

async function expectWhole(status: string, verdict = "ok"): Promise<ReturnType<typeof events>> {
  const all = events();
  const buys = all.flatMap((event) =>
    event.action_type === "buy" ? [Number(Object(event.action_payload).n)] : [],
  );
  expect(buys).toEqual(Array.from({ length: COUNT }, (_, n) => n));
  expect(all.at(-1)).toMatchObject({ milestone_type: "simulation_end", details: { status } });
  const manifest = readManifest(run());
  expect(manifest).toMatchObject({
    status,
    counts: { written: all.length, emitted: all.length, dropped: 0, pending: 0 },
  });
  expect(manifest?.end_time?.localeCompare(all.at(-1)?.timestamp ?? "")).toBeGreaterThanOrEqual(0);
  expect(existsSync(join(run(), "writer.lock"))).toBe(false);
  const report = await verifyRun(run());
  expect(report.violations).toEqual([]);
  expect(report.result).toBe(verdict);
  return all;
}

describe("a program that ends without closing its stream loses nothing, and its run was not completed", () => {
  it.each(["", "inline "])("when it has nothing left to do (%s)", async (thread) => {
    const { ended, said } = start(`${thread}end without close`);
    expect(await ended).toEqual({ code: 0, signal: null });
    const all = await expectWhole("interrupted");
    expect(all.at(-1)?.description).toBe(
      "Simulation interrupted: the process had nothing left to do, and the run was open",
    );
    expect(said()).toBe(`(llm-sim) Warning: Run run: ${all.at(-1)?.description}\n`);
  });

  it("when what it waits for never comes: what that is, is said in the log and on standard error", async () => {
    const { ended, said } = start("wait for ever");
    expect(await ended).toEqual({ code: 13, signal: null });
    const all = await expectWhole("interrupted");
    expect(all.at(-1)).toMatchObject({
      description: expect.stringMatching(/nothing left to do.*waiting for the decision of alice in turn 1$/),
      details: { waiting_for: "the decision of alice in turn 1" },
    });
    expect(said()).toContain("waiting for the decision of alice in turn 1");
  });

  it.each(["", "inline "])("by process.exit inside a loop that never yields (%s)", async (thread) => {
    expect(await start(`${thread}exit inside a loop`).ended).toEqual({ code: 4, signal: null });
    const all = await expectWhole("failed");
    expect(all.at(-1)?.description).toContain("exit code 4");
  });

  it("by process.exit(0)", async () => {
    expect(await start("exit 0").ended).toEqual({ code: 0, signal: null });
    const all = await expectWhole("interrupted");
    expect(all.at(-1)?.description).toContain("the process ended with exit code 0");
  });

  it("by an uncaught exception", async () => {
    expect((await start("throw").ended).code).toBe(1);
    const all = await expectWhole("failed");
    expect(all.at(-1)).toMatchObject({
      description: "Simulation failed: TypeError: the agent is gone",
      details: { error: { name: "TypeError", message: "the agent is gone" } },
    });
  });

  it.each([
    ["SIGINT", ""],
    ["SIGTERM", ""],
    ["SIGHUP", ""],
    ["SIGTERM", "inline "],
  ] as const)("by %s, and the parent sees the signal (%s)", async (signal, thread) => {
    expect(await signalled(`${thread}signal`, signal)).toEqual({ code: null, signal });
    const all = await expectWhole("interrupted");
    expect(all.at(-1)?.details).toEqual({ signal, status: "interrupted" });
  });
});

describe("a program that ends otherwise", () => {
  it("by an unhandled rejection loses nothing", async () => {
    expect((await start("reject").ended).code).toBe(1);
    const all = await expectWhole("failed");
    expect(all.at(-1)?.description).toContain("no such asset");
  });

  it.each(["", "inline "])(
    "by process.exit while it closes loses nothing, and is completed (%s)",
    async (thread) => {
      const { ended, said } = start(`${thread}exit while closing`);
      expect(await ended).toEqual({ code: 0, signal: null });
      await expectWhole("completed");
      expect(said()).toBe("");
    },
  );

  it("after an exception that its host has survived has not failed", async () => {
    expect(await start("host survives an exception").ended).toEqual({ code: 0, signal: null });
    const all = await expectWhole("interrupted");
    expect(all.at(-2)?.action_type).toBe("goes on");
  });

  it("at its own word, where it handles the signal itself", async () => {
    expect(await signalled("host on after", "SIGTERM")).toEqual({ code: 3, signal: null });
    const all = await expectWhole("interrupted");
    expect(all.at(-2)?.action_type).toBe("tidies up");
    expect(all.at(-1)?.description).toBe("The host ended it");
  });

  it("at its own word, where it handled the signal before there was a stream, and once", async () => {
    expect(await signalled("host once before", "SIGTERM")).toEqual({ code: 7, signal: null });
    await expectWhole("interrupted");
  });

  it("by a signal with `signals: false`: as any program would, and the run can be gone on with", async () => {
    expect(await signalled("signals off", "SIGTERM")).toEqual({ code: null, signal: "SIGTERM" });
    expect(readManifest(run())?.status).toBe("running");
    const stream = await openEventStream({ outputDir: output, simulationId: "run", signals: false });
    await stream.close();
    await expectWhole("completed", "loss");
  });
});

describe("kill -9", () => {
  it("costs the last 100 ms of events at most; the file is readable, and the run can be gone on with", async () => {
    const { child, ended } = start("kill");
    const isUnderWay = () => existsSync(join(output, "ready")) && existsSync(join(run(), "events.jsonl"));
    while (!isUnderWay()) await delay(5);
    await delay(300);
    child.kill("SIGKILL");
    expect(await ended).toEqual({ code: null, signal: "SIGKILL" });

    const before = readFileSync(join(run(), "events.jsonl"), "utf8");
    const whole = events();
    expect(whole.filter((event) => event.action_type === "buy")).toHaveLength(COUNT);
    // It emitted every 5 ms, and said so beside the log; a busy machine may let the drain's thread wait, so some more is allowed here.
    const lastEmit = Number(readFileSync(join(output, "last-emit"), "utf8"));
    expect(lastEmit - Date.parse(whole.at(-1)?.timestamp ?? "")).toBeLessThan(250);

    const stream = await openEventStream({ outputDir: output, simulationId: "run", signals: false });
    stream.action("alice", "again");
    await stream.close();
    expect(
      readFileSync(join(run(), "events.jsonl"), "utf8").startsWith(
        before.slice(0, before.lastIndexOf("\n") + 1),
      ),
    ).toBe(true);
    const all = await expectWhole("completed", "loss");
    expect(all.filter((event) => event.error_type === "session_lost")).toEqual([
      expect.objectContaining({
        status: "warning",
        details: expect.objectContaining({ written: whole.length }),
      }),
    ]);
  });

  it("leaves no decision without its answer on the tape, and costs the last 100 ms of answers at most", async () => {
    const { child, ended } = start("kill amid calls");
    while (!existsSync(join(output, "last-emit"))) await delay(5);
    await delay(300);
    child.kill("SIGKILL");
    await ended;
    const lastEmit = Number(readFileSync(join(output, "last-emit"), "utf8"));
    const answers = async () => {
      const found: number[] = [];
      for await (const item of readTape(run()))
        if (item.line === "attempt") found.push(item.coordinate.ordinal);
      return found;
    };
    const before = await answers();
    expect(before).toEqual(before.map((_, ordinal) => ordinal));
    const decided = events().filter((event) => event.decision_type === "talk");
    expect(decided.length).toBeGreaterThan(0);
    expect(before.length).toBeGreaterThanOrEqual(decided.length);
    // As above: somewhat more is allowed on a busy machine.
    expect(lastEmit - Date.parse(decided.at(-1)?.timestamp ?? "")).toBeLessThan(250);
    const stream = await openEventStream({ outputDir: output, simulationId: "run", signals: false });
    await stream.close();
    expect(await answers()).toEqual(before);
    expect((await verifyRun(run())).violations).toEqual([]);
  });
});
