import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyRun } from "../read/index.ts";
import { closedSegmentName, closedSegments, readManifest } from "../run/index.ts";
import { nodeDisk } from "../write/index.ts";
import { type EventStreamOptions, openEventStream } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-small-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const open = (maxFileSize: string, options: Partial<EventStreamOptions> = {}) =>
  openEventStream({ outputDir: output, simulationId: "run", signals: false, maxFileSize, ...options });

describe("a stream that has been opened", () => {
  it("has its first lines in the file", async () => {
    const stream = await open("1MB");
    expect(readFileSync(join(output, "run", "events.jsonl"), "utf8")).toContain('"simulation_start"');
    expect(stream.stats()).toMatchObject({ written: 1, pending: 0 });
    await stream.close();
  });
});

describe("small segments", () => {
  // What slows the machine for a moment may spoil one try; three pauses a segment spoil all.
  it("are written as fast as the disk takes them while a backlog waits", { retry: 3 }, async () => {
    rmSync(join(output, "run"), { recursive: true, force: true });
    const stream = await open("64KB");
    for (let n = 0; n < 60_000; n++) stream.action("alice", "buy", { n });
    expect(stream.stats().pending).toBeGreaterThan(0);
    const started = performance.now();
    // Nobody asks for a flush: that alone has always made haste.
    while (stream.stats().pending > 0 && performance.now() - started < 8000)
      await new Promise((resolve) => setTimeout(resolve, 5));
    // At three pauses of 4 ms for each segment, as it once was, it is 3 s.
    expect(performance.now() - started).toBeLessThan(2000);
    expect(stream.stats()).toMatchObject({ pending: 0, dropped: 0 });
    await stream.close();
    const directory = join(output, "run");
    const { segments } = closedSegments(directory, readManifest(directory));
    expect(segments).toHaveLength(stream.stats().segments - 1);
  });

  it("cost a rotation a few calls of the disk, however many there are", async () => {
    const calls = new Map<string, number>();
    const disk = new Proxy(nodeDisk, {
      get(target, name): unknown {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return Reflect.get(target, name);
      },
    });
    const stream = await open("64KB", { disk });
    for (let n = 0; n < 20_000; n++) stream.action("alice", "buy", { n });
    await stream.flush();
    const rotations = stream.stats().segments - 1;
    expect(rotations).toBeGreaterThan(50);
    const all = [...calls.values()].reduce((sum, count) => sum + count, 0);
    expect(all / rotations).toBeLessThan(13);
    for (const costly of ["list", "sync", "syncDirectory", "create", "openToRead"])
      expect([costly, calls.get(costly) ?? 0]).toEqual([costly, expect.toSatisfy((count) => count < 5)]);
    await stream.close();
  });

  it("that end within one microsecond, by the hundred, are named one behind the other", async () => {
    let looks = 0;
    const exists = (path: string) => {
      looks++;
      return nodeDisk.exists(path);
    };
    const now = 1_763_882_100_000_000;
    const stream = await open("2KB", { disk: { ...nodeDisk, exists }, clock: { now: () => now } });
    for (let n = 0; n < 1500; n++) stream.action("alice", "buy", { n });
    await stream.close();
    const directory = join(output, "run");
    const { segments } = closedSegments(directory, readManifest(directory));
    expect(segments.length).toBeGreaterThan(200);
    expect(segments.map(({ file }) => file)).toEqual(segments.map((_, n) => closedSegmentName(now + n)));
    expect(looks / segments.length).toBeLessThan(5);
    expect(await verifyRun(directory)).toMatchObject({ result: "ok", events: 1502 });
  });
});
