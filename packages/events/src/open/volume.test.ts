import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closedSegments, readManifest } from "../run/index.ts";
import { openEventStream } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-volume-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const NEWLINE = 0x0a;

interface Segment {
  name: string;
  bytes: number;
  lines: number;
  firstId: string;
  lastId: string;
  lastLine: string;
}

/** Counts a segment's lines without holding it, and looks at its ends. */
async function readSegment(name: string): Promise<Segment> {
  const path = join(output, "run", name);
  let lines = 0;
  let head = "";
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) {
    const bytes: Buffer = chunk;
    if (head === "") head = bytes.toString("latin1", 0, 60);
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
    tail = Buffer.concat([tail, bytes]).subarray(-120_000);
  }
  const idOf = (line: string) => line.slice('{"event_id":"'.length, '{"event_id":"'.length + 26);
  expect(tail.at(-1)).toBe(NEWLINE);
  const lastLine = tail.toString("utf8").trimEnd().split("\n").at(-1) ?? "";
  return { name, bytes: statSync(path).size, lines, firstId: idOf(head), lastId: idOf(lastLine), lastLine };
}

describe("volume", () => {
  it("a million events in a loop that never yields: none is lost", async () => {
    const stream = await openEventStream({ outputDir: output, simulationId: "run", signals: false });
    const start = performance.now();
    for (let emitted = 0; emitted < 1_000_000; emitted++) stream.action("alice", "buy", { n: emitted });
    const seconds = (performance.now() - start) / 1000;
    const during = stream.stats();
    expect(during.emitted).toBe(during.written + during.pending);
    await stream.close();
    expect(stream.stats()).toMatchObject({ emitted: 1_000_002, written: 1_000_002, dropped: 0, pending: 0 });
    const { lines, lastLine } = await readSegment("events.jsonl");
    expect(lines).toBe(1_000_002);
    expect(lastLine).toContain('"simulation_end"');
    // The figures that hold are the bench's; these only say that nothing is badly wrong.
    expect(seconds / 1_000_000).toBeLessThan(0.001);
    expect(1_000_000 / seconds).toBeGreaterThan(1000);
  });

  it("a segment is closed at the real 500 MB, before the line that would pass it", async () => {
    const limit = 500 * 1024 * 1024;
    const stream = await openEventStream({
      outputDir: output,
      simulationId: "run",
      signals: false,
      queueSize: "128MB",
      onFull: "wait",
    });
    const filler = "x".repeat(100_000);
    const COUNT = 5400; // some 515 MB
    for (let emitted = 0; emitted < COUNT; emitted++) stream.action("alice", "buy", { n: emitted, filler });
    await stream.close();
    expect(stream.stats()).toMatchObject({ written: COUNT + 2, dropped: 0, segments: 2 });

    const names = readdirSync(join(output, "run")).filter((name) => name.startsWith("events"));
    const segments = await Promise.all(names.map(readSegment));
    segments.sort((left, right) => (left.firstId < right.firstId ? -1 : 1));
    const [closed, active] = segments;
    if (!closed || !active) throw new Error("There are not two segments.");
    expect(segments).toHaveLength(2);
    expect(active.name).toBe("events.jsonl");
    expect(closed.bytes).toBeLessThanOrEqual(limit);
    // Full to within one line, and named by its last event's time.
    expect(limit - closed.bytes).toBeLessThan(101_000);
    const { timestamp }: { timestamp: string } = JSON.parse(closed.lastLine);
    expect(closed.name).toBe(
      `events_${timestamp.slice(0, -1).replace("T", "_").replaceAll(":", "-").replace(".", "-")}.jsonl`,
    );
    expect(closed.lines + active.lines).toBe(COUNT + 2);
    expect(closed.lastId < active.firstId).toBe(true);
    const manifest = readManifest(join(output, "run"));
    expect(manifest).toMatchObject({ counts: { written: COUNT + 2 } });
    expect(closedSegments(join(output, "run"), manifest)).toEqual({
      file: "segments.jsonl",
      segments: [
        {
          file: closed.name,
          bytes: closed.bytes,
          events: closed.lines,
          first_event_id: closed.firstId,
          last_event_id: closed.lastId,
        },
      ],
    });
  }, 60_000);
});
