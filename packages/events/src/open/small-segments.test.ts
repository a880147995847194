import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readManifest } from "../run/index.ts";
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
  it("are written as fast as the disk takes them while a backlog waits", async () => {
    const stream = await open("64KB");
    for (let n = 0; n < 60_000; n++) stream.action("alice", "buy", { n });
    expect(stream.stats().pending).toBeGreaterThan(0);
    const started = performance.now();
    // Nobody asks for a flush: that alone has always made haste.
    while (stream.stats().pending > 0 && performance.now() - started < 8000)
      await new Promise((resolve) => setTimeout(resolve, 5));
    // At a pause of 4 ms for each segment it would be 1 s, and it was three pauses.
    expect(performance.now() - started).toBeLessThan(1000);
    expect(stream.stats()).toMatchObject({ pending: 0, dropped: 0 });
    await stream.close();
    const manifest = readManifest(join(output, "run"));
    expect(manifest?.segments).toHaveLength(stream.stats().segments - 1);
  });
});
