import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyRun } from "../read/index.ts";
import { readManifest } from "../run/index.ts";
import { eventSchema } from "../schema/index.ts";
import { type EventStreamOptions, openEventStream } from "./index.ts";

const DISK = new URL("../write/stalling-disk.fixture.mjs", import.meta.url).href;
let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-stall-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const order = (what: string) => writeFileSync(join(output, "disk-orders"), what);
const run = () => join(output, "run");
const events = () =>
  readFileSync(join(run(), "events.jsonl"), "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => eventSchema.parse(JSON.parse(line)));
const open = (options: Partial<EventStreamOptions> = {}) =>
  openEventStream({ outputDir: output, simulationId: "run", signals: false, diskModule: DISK, ...options });

type Counts = Record<string, number>;
function add(counts: Counts, kind: string, count: number): void {
  counts[kind] = (counts[kind] ?? 0) + count;
}

async function until(condition: () => boolean, milliseconds = 5000): Promise<void> {
  for (const end = Date.now() + milliseconds; !condition(); ) {
    if (Date.now() > end) throw new Error("It did not come to pass in time.");
    await delay(5);
  }
}

describe("a disk that stalls", () => {
  it("stalls no emit; what the queue cannot hold is counted and recorded exactly, and MILESTONE and SYSTEM are the last to go", async () => {
    const stream = await open({ queueSize: "1MB", verbosity: "STATE" });
    await stream.flush();
    order("stall");
    let slowest = 0;
    const emitted: Counts = {};
    const filler = "x".repeat(300);
    const start = performance.now();
    for (let n = 0; n < 9000; n++) {
      const before = performance.now();
      if (n % 3 === 0) stream.decision("alice", "plan", { new_value: filler, details: { n } });
      else if (n % 3 === 1) stream.action("alice", "buy", { filler }, { details: { n } });
      else stream.state(`v${n}`, { old_value: 0, new_value: filler, details: { n } });
      slowest = Math.max(slowest, performance.now() - before);
    }
    expect(performance.now() - start).toBeLessThan(3000);
    // Generous: a busy machine takes the thread away at times. Waiting for the disk would take until the stall is over.
    expect(slowest).toBeLessThan(1000);
    const full = stream.stats();
    expect(full.dropped).toBeGreaterThan(5000);
    expect(full.emitted).toBe(full.written + full.dropped + full.suppressed + full.pending);
    const turn = stream.startTurn(1);
    expect(turn.cause?.event_id).toBeDefined();
    expect(stream.system("failure", { error_type: "overload" }).event_id).toBeDefined();
    const { dropped } = stream.stats();
    expect(dropped).toBe(full.dropped);

    order("");
    await stream.flush();
    stream.action("alice", "sell");
    turn.end();
    await stream.close();
    const all = events();
    const losses = all.filter((event) => event.error_type === "events_dropped");
    const counts: Counts = {};
    for (const loss of losses) {
      for (const [kind, count] of Object.entries(Object(loss.details?.counts)))
        add(counts, kind, Number(count));
    }
    for (const event of all) {
      if (typeof event.details?.n === "number") add(emitted, event.event_type, 1);
    }
    // What is in the log and what the log says is missing make up all there was: 3000 of each kind.
    for (const kind of ["DECISION", "ACTION", "STATE"])
      expect((emitted[kind] ?? 0) + (counts[kind] ?? 0)).toBe(3000);
    const numbers = all.flatMap((event) => (typeof event.details?.n === "number" ? [event.details.n] : []));
    expect(numbers).toEqual(numbers.map((_, n) => n)); // one loss, and a tail
    const stats = stream.stats();
    expect(stats).toMatchObject({ dropped, pending: 0, written: all.length });
    expect(readManifest(run())?.counts).toMatchObject({
      emitted: stats.emitted,
      dropped,
      written: all.length,
    });
    expect((await verifyRun(run())).violations).toEqual([]);
  });

  it("with onFull wait loses nothing: emit waits", async () => {
    const stream = await open({ queueSize: "64KB", onFull: "wait" });
    await stream.flush();
    order("stall");
    // Somebody else ends the stall, since this thread will be waiting.
    const { Worker } = await import("node:worker_threads");
    const ender = new Worker(
      `setTimeout(() => require("node:fs").writeFileSync(${JSON.stringify(join(output, "disk-orders"))}, ""), 700)`,
      { eval: true },
    );
    const start = performance.now();
    for (let emitted = 0; emitted < 2000; emitted++)
      stream.action("alice", "buy", { n: emitted, filler: "x".repeat(100) });
    expect(performance.now() - start).toBeGreaterThan(300);
    await stream.close();
    await ender.terminate();
    expect(stream.stats()).toMatchObject({ emitted: 2002, written: 2002, dropped: 0 });
  });

  it.each(["worker", "inline"] as const)(
    "with onFull wait is waited for as long as there is hope: not where the run was taken over, which is told at once (%s)",
    async (thread) => {
      const warnings: string[] = [];
      const onWarning = (text: string) => void warnings.push(text);
      const stream = await open({ queueSize: "64KB", onFull: "wait", thread, onWarning });
      await stream.flush();
      writeFileSync(
        join(run(), "writer.lock"),
        JSON.stringify({ host: "elsewhere", pid: 7, token: "another" }),
      );
      for (let emitted = 0; emitted < 2000; emitted++)
        stream.action("alice", "buy", { n: emitted, filler: "x".repeat(100) });
      // Nobody has given the event loop a turn.
      expect(warnings).toEqual([expect.stringContaining("taken over by process 7 on elsewhere")]);
      expect(stream.stats().dropped).toBeGreaterThan(1000);
      await stream.close();
    },
  );

  it("with onFull wait loses nothing in the emitter's own thread either", async () => {
    const { nodeDisk } = await import("../write/index.ts");
    let failures = 0;
    let healthyAt = Number.POSITIVE_INFINITY;
    const disk = {
      ...nodeDisk,
      write: (...parameters: Parameters<typeof nodeDisk.write>) => {
        if (Date.now() < healthyAt && failures++ > 0) {
          if (healthyAt === Number.POSITIVE_INFINITY) healthyAt = Date.now() + 300;
          throw new Error("ENOSPC: not now");
        }
        return nodeDisk.write(...parameters);
      },
    };
    const stream = await openEventStream({
      outputDir: output,
      simulationId: "run",
      signals: false,
      disk,
      queueSize: "64KB",
      onFull: "wait",
    });
    for (let emitted = 0; emitted < 2000; emitted++)
      stream.action("alice", "buy", { n: emitted, filler: "x".repeat(100) });
    await stream.close();
    expect(failures).toBeGreaterThan(1);
    expect(stream.stats()).toMatchObject({ emitted: 2002, written: 2002, dropped: 0 });
  });
});

describe("a disk that fails for a while", () => {
  it.each(["fail", "full"])("(%s) is tried again, in order; stats say what it says", async (how) => {
    const stream = await open();
    order(how);
    for (let emitted = 0; emitted < 500; emitted++) stream.action("alice", "buy", { n: emitted });
    await until(() => stream.stats().last_error !== undefined);
    expect(stream.stats().last_error).toMatch(how === "fail" ? /EIO/ : /ENOSPC/);
    order("");
    await stream.flush();
    expect(stream.stats()).toMatchObject({ written: 501, pending: 0, dropped: 0 });
    await until(() => stream.stats().last_error === undefined);
    await stream.close();
    expect(events().flatMap((event) => (event.action_type ? [Object(event.action_payload).n] : []))).toEqual(
      Array.from({ length: 500 }, (_, n) => n),
    );
  });

  it("while it closes: the close waits for it", async () => {
    const stream = await open();
    stream.action("alice", "buy");
    order("fail");
    const closed = stream.close();
    await delay(300);
    order("");
    await closed;
    expect(stream.stats()).toMatchObject({ written: 3, dropped: 0, pending: 0 });
    expect(readManifest(run())?.status).toBe("completed");
  });

  it("that has no room for compressed segments keeps them plain, and flush and close do not wait", async () => {
    const stream = await open({ compress: "gzip", maxFileSize: "10KB" });
    order("no gzip");
    for (let emitted = 0; emitted < 200; emitted++)
      stream.action("alice", "buy", { filler: "x".repeat(100) });
    const start = performance.now();
    await stream.flush();
    await stream.close();
    expect(performance.now() - start).toBeLessThan(5000);
    expect(stream.stats()).toMatchObject({ written: 202, dropped: 0 });
    expect(readdirSync(run()).some((name) => name.includes(".gz"))).toBe(false);
    expect((await verifyRun(run())).result).toBe("ok");
  });
});

describe("a disk that never recovers", () => {
  async function giveUp(how: "fail" | "block"): Promise<void> {
    const outputDir = join(output, how);
    mkdirSync(outputDir);
    if (how === "block") execFileSync("mkfifo", [join(outputDir, "pipe")]);
    const warnings: string[] = [];
    const stream = await open({ outputDir, onWarning: (message) => warnings.push(message) });
    stream.action("alice", "buy");
    await stream.flush();
    writeFileSync(join(outputDir, "disk-orders"), how);
    for (let emitted = 0; emitted < 100; emitted++) stream.action("alice", "sell");
    const start = performance.now();
    await stream.close();
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(9000);
    expect(took).toBeLessThan(15_000);
    expect(stream.stats()).toMatchObject({ emitted: 103, written: 2, dropped: 101, pending: 0 });
    const lines = readFileSync(join(outputDir, "run", "events.jsonl"), "utf8")
      .split("\n")
      .slice(0, -1);
    expect(lines).toHaveLength(2);
    expect(existsSync(join(outputDir, "run", "writer.lock"))).toBe(false);
    const { counts, loss, status } = readManifest(join(outputDir, "run")) ?? {};
    expect(status).toBe("completed");
    expect(loss).toMatchObject({ dropped: 101, told: 0, counts: { ACTION: 100, MILESTONE: 1 } });
    expect(loss).toEqual(stream.loss);
    expect(await verifyRun(join(outputDir, "run"))).toMatchObject({ result: "loss", violations: [] });
    // Once, with path and remedy.
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(join(outputDir, "run", "events.jsonl"));
    if (how === "fail") expect(warnings[0]).toContain("look after the disk");
    expect(counts).toMatchObject({ emitted: 103, written: 2, dropped: 101, pending: 0 });
    if (how === "fail") expect(stream.stats().last_error).toContain("EIO");
    // Let the thread go, or this process could not end.
    if (how === "block") {
      writeFileSync(join(outputDir, "disk-orders"), "fail");
      closeSync(openSync(join(outputDir, "pipe"), "r+"));
    }
  }

  /** A disk that is only slow: 5 writes of 1 MB, 12 seconds together, each of which is progress. */
  async function waitFor(): Promise<void> {
    const outputDir = join(output, "slow");
    mkdirSync(outputDir);
    const stream = await open({ outputDir });
    await stream.flush();
    writeFileSync(join(outputDir, "disk-orders"), "slow");
    for (let emitted = 0; emitted < 50; emitted++)
      stream.action("alice", "sell", { filler: "x".repeat(100_000) });
    const start = performance.now();
    await stream.flush();
    await stream.close();
    expect(performance.now() - start).toBeGreaterThan(10_500);
    expect(stream.stats()).toMatchObject({ emitted: 52, written: 52, dropped: 0, pending: 0 });
  }

  it("is given up when it has taken nothing for 10 seconds, and then counts the rest as dropped; one that is slow is not", async () => {
    await Promise.all([giveUp("fail"), giveUp("block"), waitFor()]);
  }, 30_000);
});

describe("a thread that cannot be started", () => {
  it("is done without, and takes nothing away from what an earlier session wrote", async () => {
    const first = await open();
    for (let emitted = 0; emitted < 50; emitted++) first.action("alice", "buy");
    await first.close();
    // As a crash leaves it: without its last line.
    const path = join(run(), "events.jsonl");
    const text = readFileSync(path, "utf8");
    truncateSync(path, text.lastIndexOf("\n", text.length - 2) + 1);
    const before = readFileSync(path, "utf8");

    const stream = await open({ diskModule: new URL("./there-is-none.mjs", import.meta.url).href });
    stream.action("alice", "sell");
    await stream.flush();
    await stream.close();
    expect(readFileSync(path, "utf8").startsWith(before)).toBe(true);
    expect(
      events()
        .slice(51)
        .map((event) => event.error_type ?? event.action_type ?? event.milestone_type),
    ).toEqual(["session_lost", "sell", "simulation_end"]);
    expect(stream.stats()).toMatchObject({ emitted: 54, written: 54, dropped: 0, pending: 0 });
  });
});
