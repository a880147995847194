import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyRun } from "../read/index.ts";
import { readManifest } from "../run/index.ts";
import { type Event, eventSchema } from "../schema/index.ts";
import { isWriteError } from "../write/index.ts";
import { type EventStreamOptions, openEventStream, repairRun } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-reopen-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const run = () => join(output, "run");
const active = () => join(run(), "events.jsonl");
const open = (options: Partial<EventStreamOptions> = {}) =>
  openEventStream({
    outputDir: output,
    simulationId: "run",
    signals: false,
    thread: "inline",
    verbosity: "STATE",
    ...options,
  });
const events = (): Event[] =>
  readFileSync(active(), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => eventSchema.parse(JSON.parse(line)));
const namesOf = (all: Event[]) =>
  all.map((event) => event.error_type ?? event.action_type ?? event.milestone_type);

/** A run whose process died in the middle of turn 2: its stream is left where it stands, its lock names a dead process. */
async function crashed(options: Partial<EventStreamOptions> = {}): Promise<void> {
  const stream = await open({ thread: "worker", ...options });
  stream.turn(1, (turn) => turn.action("alice", "buy", { n: 1 }));
  stream.startTurn(2);
  stream.action("alice", "buy", { n: 2 });
  await stream.flush();
  // What the abandoned stream still did would spoil the directory: give it away, and go on in a copy.
  cpSync(run(), `${run()}-copy`, { recursive: true });
  await stream.close();
  rmSync(run(), { recursive: true });
  renameSync(`${run()}-copy`, run());
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(join(run(), "writer.lock"), JSON.stringify({ host: hostname(), pid, process_start: "1" }));
}

describe("a run whose last session was lost", () => {
  it("goes on where its log ends: ids, time, turn and cause", async () => {
    await crashed();
    const before = events();
    // A clock that is behind the last session's.
    const stream = await open({ clock: { now: () => 1_600_000_000_000_000 } });
    expect(stream.turnNumber).toBe(2);
    stream.action("alice", "sell");
    expect(() => stream.startTurn(1)).toThrow(RangeError);
    await stream.close();
    const all = events();
    expect(all.slice(0, before.length)).toEqual(before);
    const [lost, sell, end] = all.slice(before.length);
    expect(namesOf(all.slice(before.length))).toEqual(["session_lost", "sell", "simulation_end"]);
    expect(lost).toMatchObject({ status: "warning", details: { written: before.length } });
    const openTurn = before.find((event) => event.milestone_type === "turn_start" && event.turn_number === 2);
    for (const event of [lost, sell, end]) {
      expect(event?.caused_by).toEqual([openTurn?.event_id]);
      expect(event?.turn_number).toBe(2);
      expect(event?.timestamp).toBe(before.at(-1)?.timestamp);
    }
    const ids = all.map((event) => event.event_id);
    expect(ids).toEqual(ids.toSorted());
    expect(stream.stats()).toMatchObject({ emitted: all.length, written: all.length, pending: 0 });
    expect(readManifest(run())?.counts.written).toBe(all.length);
  });

  it("keeps what run.json said of it, and what it was not told anew", async () => {
    await crashed({ provenance: { name: "market", seed: 7, config: { agents: 3 } } });
    const stream = await open({ provenance: { seed: 8 } });
    await stream.close();
    expect(readManifest(run())).toMatchObject({
      name: "market",
      seed: 8,
      config: { agents: 3 },
      start_time: events()[0]?.timestamp,
    });
  });

  it.each([
    [
      "a simulation's, by a simulation",
      { version: 2, by: "simulation" },
      { version: 2, by: "simulation" },
      "simulation",
    ],
    ["a simulation's, by a program", { version: 2, by: "simulation" }, undefined, "emitter"],
    ["a program's, by a program", undefined, undefined, "emitter"],
  ])("claims of its causes no more than all its sessions do: %s", async (_, first, second, by) => {
    await crashed(first && { provenance: { causes: first } });
    await (await open(second && { provenance: { causes: second } })).close();
    expect(readManifest(run())?.causes).toEqual({ version: 2, by });
  });

  it("claims nothing of its causes where what wrote it before claimed nothing", async () => {
    await crashed();
    const path = join(run(), "run.json");
    const { causes, ...older } = JSON.parse(readFileSync(path, "utf8"));
    expect(causes).toEqual({ version: 2, by: "emitter" });
    writeFileSync(path, JSON.stringify(older));
    await (await open()).close();
    expect(readManifest(run())?.causes).toBeUndefined();
  });

  it("is running again in run.json, without an end", async () => {
    await crashed();
    const path = join(run(), "run.json");
    const manifest: object = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(
      path,
      JSON.stringify({ ...manifest, status: "interrupted", end_time: "2026-11-23T07:15:00.000000Z" }),
    );
    const stream = await open();
    await stream.flush();
    expect(readManifest(run())?.status).toBe("running");
    expect(readManifest(run())).not.toHaveProperty("end_time");
    await stream.close();
    expect(readManifest(run())?.end_time).not.toBe("2026-11-23T07:15:00.000000Z");
  });

  it("has a torn last line set aside, never deleted", async () => {
    await crashed();
    const whole = readFileSync(active(), "utf8");
    appendFileSync(active(), '{"event_id":"01KATN0000ABCD');
    const stream = await open();
    await stream.close();
    expect(readFileSync(active(), "utf8").startsWith(whole)).toBe(true);
    expect(readFileSync(join(run(), "torn-line-1.txt"), "utf8")).toBe('{"event_id":"01KATN0000ABCD');
    const lost = events().find((event) => event.error_type === "session_lost");
    expect(lost?.details).toMatchObject({ torn_bytes: 27, set_aside: "torn-line-1.txt" });
    expect((await verifyRun(run())).violations).toEqual([]);
  });

  it("has several torn lines of several crashes, each in a file of its own", async () => {
    await crashed();
    for (const number of [1, 2, 3]) {
      appendFileSync(active(), `torn ${number}`);
      const stream = await open();
      await stream.flush();
      // This session is lost, too.
      rmSync(join(run(), "writer.lock"));
    }
    expect([1, 2, 3].map((number) => readFileSync(join(run(), `torn-line-${number}.txt`), "utf8"))).toEqual([
      "torn 1",
      "torn 2",
      "torn 3",
    ]);
  });

  it("whose last line lacks only its newline gets it", async () => {
    await crashed();
    const all = events();
    truncateSync(active(), readFileSync(active()).length - 1);
    const stream = await open();
    await stream.close();
    expect(events().slice(0, all.length)).toEqual(all);
    expect(existsSync(join(run(), "torn-line-1.txt"))).toBe(false);
  });

  it("whose tail a power loss has filled with zeros has them set aside", async () => {
    await crashed();
    const all = events();
    appendFileSync(active(), Buffer.alloc(5000));
    const stream = await open();
    await stream.close();
    expect(events().slice(0, all.length)).toEqual(all);
    expect(readFileSync(join(run(), "torn-line-1.txt"))).toHaveLength(5000);
  });

  it.each(["run.json", "events.jsonl"])("whose %s is gone can be gone on with", async (name) => {
    await crashed();
    rmSync(join(run(), name));
    const stream = await open();
    stream.action("alice", "sell");
    await stream.close();
    expect(namesOf(events()).at(-2)).toBe("sell");
    expect(namesOf(events()).filter((one) => one === "simulation_start")).toHaveLength(1);
    expect((await verifyRun(run())).violations).toEqual([]);
  });

  it("whose run.json is damaged goes by its lines", async () => {
    await crashed();
    const all = events();
    writeFileSync(join(run(), "run.json"), '{"simulation_id":"ru');
    const stream = await open();
    await stream.close();
    expect(readManifest(run())?.counts.written).toBe(all.length + 2);
  });

  it("before it wrote a line begins with its simulation_start", async () => {
    await crashed();
    truncateSync(active(), 0);
    const stream = await open();
    await stream.close();
    expect(namesOf(events())).toEqual(["simulation_start", "session_lost", "simulation_end"]);
  });

  it("of one long turn over many compressed segments goes on in that turn", async () => {
    const options = { compress: "gzip" as const, maxFileSize: "5KB" };
    const first = await open(options);
    const turn = first.startTurn(1);
    for (let emitted = 0; emitted < 100; emitted++) first.action("alice", "buy", { n: emitted });
    await first.flush();
    const closed = () => readdirSync(run()).filter((name) => name.endsWith(".gz"));
    for (let wait = 0; wait < 100 && closed().length < 3; wait++) await first.flush();
    expect(closed().length).toBeGreaterThanOrEqual(3);
    rmSync(join(run(), "writer.lock"));
    for (const withoutActive of [false, true]) {
      if (withoutActive) rmSync(active());
      const stream = await open(options);
      expect(stream.cause?.event_ids).toEqual(turn.cause?.event_ids);
      expect(stream.turnNumber).toBe(1);
      await stream.flush();
      rmSync(join(run(), "writer.lock"));
    }
  });
});

describe("a run that is not to be written", () => {
  const refusal = async () => {
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    if (!isWriteError(error)) throw new Error(`It was not refused: ${String(error)}`);
    return error;
  };

  it("because it has ended is refused and left as it is", async () => {
    const stream = await open();
    await stream.close();
    const before = readFileSync(active(), "utf8");
    expect((await refusal()).code).toBe("RUN_ENDED");
    expect(readFileSync(active(), "utf8")).toBe(before);
    expect(existsSync(join(run(), "writer.lock"))).toBe(false);
  });

  it.each(["\n", ""])(
    "because another tool wrote it is refused and left as it is (its last line ends in %j)",
    async (end) => {
      const fixture = fileURLToPath(
        new URL(
          "../read/fixtures/python-dialect/py-late-20251005-101500-3agents/events.jsonl",
          import.meta.url,
        ),
      );
      mkdirSync(run());
      const text = readFileSync(fixture, "utf8").trimEnd() + end;
      writeFileSync(active(), text);
      expect((await refusal()).code).toBe("RUN_FOREIGN");
      expect(readFileSync(active(), "utf8")).toBe(text);
      expect(readdirSync(run())).toEqual(["events.jsonl"]);
    },
  );
});

describe("a run whose directory was renamed", () => {
  it.each(["run (1)", "other"])("to %s is repaired under the id that its log has", async (name) => {
    await crashed();
    renameSync(run(), join(output, name));
    expect(await repairRun(join(output, name))).toMatchObject({ simulation_id: "run", repaired: true });
    renameSync(join(output, name), run());
    expect(new Set(events().map(({ simulation_id }) => simulation_id))).toEqual(new Set(["run"]));
    expect((await verifyRun(run())).result).toBe("loss");
  });

  it("is not gone on with under another id", async () => {
    await crashed();
    renameSync(run(), join(output, "other"));
    const refused: unknown = await open({ simulationId: "other" }).catch((error: unknown) => error);
    expect(isWriteError(refused) && `${refused.code} ${refused.message}`).toMatch(
      /^RUN_FOREIGN .* holds run run, renamed or copied/,
    );
    expect(existsSync(join(output, "other", "writer.lock"))).toBe(false);
  });
});

describe("a run whose active segment is nearly full", () => {
  const LIMIT = 64 * 1024;
  const sizes = () =>
    readdirSync(run())
      .filter((name) => /^events.*jsonl$/.test(name))
      .map((name) => statSync(join(run(), name)).size);

  /** Leaves room for less than one line. */
  async function nearlyFull(options: Partial<EventStreamOptions>): Promise<void> {
    await crashed(options);
    const [line = ""] = readFileSync(active(), "utf8").split("\n").slice(-2);
    const event = JSON.parse(line);
    const filler = "x".repeat(LIMIT - statSync(active()).size - line.length - 60);
    const event_id = `${event.event_id.slice(0, -1)}${event.event_id.endsWith("Z") ? "Y" : "Z"}`;
    appendFileSync(active(), `${JSON.stringify({ ...event, event_id, details: { filler } })}\n`);
    expect(LIMIT - statSync(active()).size).toBeLessThan(150);
  }

  const config = { events: { max_file_size: "64KB" } };
  it.each<[string, Partial<EventStreamOptions>]>([
    ["as its config says", { maxFileSize: LIMIT, provenance: { config } }],
    ["as its config says, and nobody else", { provenance: { config } }],
    ["as its writer was told", { maxFileSize: LIMIT }],
  ])("stays within its limit, %s, when it is repaired", async (_, options) => {
    await nearlyFull(options);
    await repairRun(run());
    expect(Math.max(...sizes())).toBeLessThanOrEqual(LIMIT);
    expect(sizes()).toHaveLength(2);
    expect(await verifyRun(run())).toMatchObject({ result: "loss", violations: [] });
  });

  it("stays within its limit when it is opened again without a word about it", async () => {
    await nearlyFull({ maxFileSize: LIMIT });
    await (await open()).close();
    expect(Math.max(...sizes())).toBeLessThanOrEqual(LIMIT);
    expect(await verifyRun(run())).toMatchObject({ violations: [] });
  });

  it("stays within its config's limit, whatever else is asked for", async () => {
    await nearlyFull({ maxFileSize: LIMIT, provenance: { config } });
    await (await open({ maxFileSize: "500MB" })).close();
    expect(Math.max(...sizes())).toBeLessThanOrEqual(LIMIT);
  });
});

describe("repairRun", () => {
  it("ends a run whose writer died, as interrupted", async () => {
    await crashed();
    appendFileSync(active(), '{"torn');
    const repair = await repairRun(run());
    const all = events();
    expect(repair).toEqual({ simulation_id: "run", repaired: true, written: all.length });
    expect(namesOf(all).slice(-2)).toEqual(["session_lost", "simulation_end"]);
    expect(all.at(-1)?.details).toEqual({ status: "interrupted" });
    expect(readManifest(run())).toMatchObject({
      status: "interrupted",
      counts: { written: all.length, pending: 0 },
    });
    expect(existsSync(join(run(), "writer.lock"))).toBe(false);
    const report = await verifyRun(run());
    expect([report.result, report.violations]).toEqual(["loss", []]);
  });

  it("has nothing to do the second time, nor for a run that has ended", async () => {
    await crashed();
    await repairRun(run());
    const before = readFileSync(active(), "utf8");
    expect(await repairRun(run())).toMatchObject({ repaired: false });
    expect(readFileSync(active(), "utf8")).toBe(before);
  });

  it("finishes run.json where only that was missing", async () => {
    const stream = await open();
    await stream.close({ status: "failed" });
    const path = join(run(), "run.json");
    const manifest: object = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...manifest, status: "running", end_time: undefined }));
    expect(await repairRun(run())).toMatchObject({ repaired: true, written: 2 });
    expect(readManifest(run())).toMatchObject({ status: "failed", counts: { written: 2 } });
    expect(readManifest(run())?.end_time).toBeDefined();
  });

  it("refuses a run that is being written, one of another tool, and what is no run", async () => {
    const stream = await open();
    await stream.flush();
    await expect(repairRun(run())).rejects.toMatchObject({ code: "RUN_LOCKED" });
    await stream.close();
    await expect(repairRun(output)).rejects.toMatchObject({ code: "RUN_FOREIGN" });
    await expect(repairRun(join(output, "nothing"))).rejects.toMatchObject({ code: "RUN_FOREIGN" });
    expect(existsSync(join(output, "nothing"))).toBe(false);
  });
});
