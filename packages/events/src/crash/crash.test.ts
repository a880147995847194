import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  DIRECTORY,
  linesOf,
  manifestOf,
  openSimulated,
  segmentsOf,
} from "../open/simulated-run.test.fixture.ts";
import { HeldLock } from "../write/held-lock.ts";
import { cutLog, RunLock } from "../write/index.ts";
import { type Fault, MemoryDisk } from "../write/memory-disk.test.fixture.ts";
import { planOf, playSeeds, shrunk, simulate } from "./campaign.test.fixture.ts";
import { readBack } from "./read-back.test.fixture.ts";
import { SimulatedTime } from "./simulated-time.test.fixture.ts";

// More, and others, by `npm run test:crash`; `-- --seed N` prints the history of one.
const SEEDS = 300;

describe("a run whose disk, clock and process come to harm", () => {
  it("keeps what was promised, and tells of what is lost", async () => {
    const { failed, counts } = await playSeeds(1, SEEDS);
    expect(failed?.violation, `seed ${failed?.plan.seed}\n${failed?.history.join("\n")}`).toBeUndefined();
    // What the seeds came across: a plan that does nothing would pass as well.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(10);
  }, 120_000);

  it("has the same history each time it is played", async () => {
    const [once, again] = [await simulate(planOf(12)), await simulate(planOf(12))];
    const lines = (history: string[]) => history.map((line) => line.replace(/[0-9A-Z]{26}/g, "ID"));
    expect(lines(again.history)).toEqual(lines(once.history));
  });

  it("is told in the shortest history that is found", async () => {
    // Where nothing is wrong there is nothing to make shorter.
    const verdict = await simulate(planOf(1));
    expect((await shrunk(verdict)).plan.sessions.length).toBeLessThanOrEqual(verdict.plan.sessions.length);
  });
});

it("a writer that was silent while its run was taken over gives no sign in the other's lock, nor takes it for its own", () => {
  const time = new SimulatedTime();
  const disk = new MemoryDisk();
  disk.now = () => time.wall;
  const giveBack = time.hold();
  try {
    const held = new HeldLock(disk, RunLock.acquire(disk, DIRECTORY, { from: { host: "one" } }).mark);
    expect(held.isOurs()).toBe(true);
    time.passes(61_000);
    RunLock.acquire(disk, DIRECTORY, { from: { host: "other" }, takeOver: true });
    const heard = disk.stat(join(DIRECTORY, "writer.lock"))?.modified;
    time.passes(1_000);
    held.beat();
    expect(held.isOurs()).toBe(false);
    expect(disk.stat(join(DIRECTORY, "writer.lock"))?.modified).toBe(heard);
  } finally {
    giveBack();
  }
});

it("a run that is gone on with counts closed segments that went before the first of its session was written", async () => {
  const disk = new MemoryDisk();
  const time = { now: Date.UTC(2026, 10, 23) * 1000 };
  const { stream, sink } = openSimulated(disk, time, { maxFileSize: 4096 });
  for (let emitted = 0; emitted < 30; emitted++) stream.action("alice", "buy", { filler: "x".repeat(300) });
  for (let step = 0; step < 20; step++) sink.step();
  disk.restart();
  const after = openSimulated(disk, time, { maxFileSize: 4096 });
  expect(after.recovered.segments.length).toBeGreaterThan(2);
  for (const path of disk.files().keys()) disk.meddle(path, { remove: true });
  after.stream.closeNow({ status: "completed" });
  const { dropped, written } = after.stream.stats();
  expect({ dropped, written }).toEqual({ dropped: 31, written: linesOf(disk).length });
  expect(manifestOf(disk)?.counts).toMatchObject({ dropped, written });
  expect(await readBack(disk)).toMatchObject({ result: "loss", rules: [] });
});

describe("a file that other hands took, of a session that was killed before its log could tell", () => {
  const time = { now: Date.UTC(2026, 10, 23) * 1000 };
  const told = (lines: readonly string[]) => lines.filter((line) => line.includes('"events_dropped"'));
  /** What rests on lost events is in the log; of what tells of them, as many lines as `steps` bring there. */
  const left = (): MemoryDisk => {
    const disk = new MemoryDisk();
    const { stream, sink } = openSimulated(disk, time, {});
    stream.action("alice", "buy");
    sink.drain();
    disk.meddle(join(DIRECTORY, "events.jsonl"), { remove: true });
    stream.action("alice", "sell");
    while (linesOf(disk).length === 0) sink.step();
    disk.restart();
    return disk;
  };

  it("is told of by run.json, and by the log once the next session has begun, once", async () => {
    const disk = left();
    expect(told(linesOf(disk))).toEqual([]);
    expect(await readBack(disk)).toMatchObject({ result: "loss", rules: [] });
    const { sink, admitted } = openSimulated(disk, time, {});
    expect(told(admitted)).toHaveLength(1);
    sink.drain();
    disk.restart();
    const third = openSimulated(disk, time, {});
    expect(told(third.admitted)).toEqual([]);
    third.stream.closeNow({ status: "completed" });
    expect(await readBack(disk)).toMatchObject({ result: "loss", rules: [] });
    expect(manifestOf(disk)?.loss).toMatchObject({ dropped: 2, told: 2 });
  });

  it("stays told of by run.json where the next session is killed before its first line, too", async () => {
    const disk = left();
    openSimulated(disk, time, {}).sink.step();
    disk.restart();
    expect(await readBack(disk)).toMatchObject({ result: "loss", rules: [] });
    const { stream, admitted } = openSimulated(disk, time, {});
    expect(told(admitted)).toHaveLength(1);
    stream.closeNow({ status: "completed" });
    expect(manifestOf(disk)?.loss).toMatchObject({ dropped: 2, told: 2 });
  });

  it("breaks the rules where nothing tells of it", async () => {
    const disk = left();
    const { loss: _told, ...rest } = manifestOf(disk) ?? {};
    disk.meddle(join(DIRECTORY, "run.json"), { replace: Buffer.from(JSON.stringify(rest)) });
    expect((await readBack(disk)).rules).toEqual(expect.arrayContaining(["run-start", "cause-exists"]));
  });
});

describe.each(["none", "gzip"] as const)("a log that is cut (compress: %s)", (compress) => {
  const written = (): MemoryDisk => {
    const disk = new MemoryDisk();
    const { stream, sink } = openSimulated(
      disk,
      { now: Date.UTC(2026, 10, 23) * 1000 },
      { compress, maxFileSize: 2048 },
    );
    for (let emitted = 0; emitted < 12; emitted++) {
      stream.action("alice", "buy", { filler: "x".repeat(300) });
      sink.drain();
    }
    stream.closeNow({ status: "completed" });
    return disk;
  };

  it("keeps to the rules of a log wherever its process dies", async () => {
    const [, second] = segmentsOf(written());
    const offset = (second?.text.indexOf("\n") ?? 0) + 1;
    for (let calls = 0, hasDied = true; hasDied; calls++) {
      const disk = written();
      disk.restart([...new Array<Fault>(calls).fill("ok"), "die before"]);
      try {
        cutLog(disk, DIRECTORY, { file: second?.name ?? "", offset });
      } catch {
        // It is dead.
      }
      hasDied = disk.isDead;
      disk.restart();
      const { rules, said } = await readBack(disk);
      expect(rules, `after ${calls} calls: ${said}`).toEqual([]);
    }
  });
});
