import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openEventStream } from "./index.ts";

let output: string;

beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-close-"));
});

afterEach(() => rmSync(output, { recursive: true }));

// The drain may have seen an empty ring just before the last event was emitted, and get word of the end just after.
it("never leaves the last event behind, however the end falls between the drain's looks", async () => {
  const runs = Array.from({ length: 80 }, async (_, run) => {
    const simulationId = `run-${run}`;
    const stream = await openEventStream({
      outputDir: output,
      simulationId,
      signals: false,
      queueSize: "64KB",
    });
    stream.action("alice", "buy");
    await stream.flush();
    // Into the time that the drain waits after a flush, a little later in each run.
    await new Promise((resolve) => setTimeout(resolve, run % 9));
    await stream.close();
    expect(stream.stats()).toMatchObject({ emitted: 3, written: 3, dropped: 0, pending: 0 });
    const lines = readFileSync(join(output, simulationId, "events.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(3);
  });
  await Promise.all(runs);
}, 60_000);
