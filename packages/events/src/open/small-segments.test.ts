import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closedSegments, readManifest } from "../run/index.ts";
import { openEventStream } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-small-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const open = (maxFileSize: string) =>
  openEventStream({ outputDir: output, simulationId: "run", signals: false, maxFileSize });

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
});
