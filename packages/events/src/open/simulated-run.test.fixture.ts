import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import type { EventStream } from "../emit/index.ts";
import { parseSegmentName, type RunManifest, runManifestSchema } from "../run/index.ts";
import { type Event, eventSchema } from "../schema/index.ts";
import { InlineSink, recoverRun } from "../write/index.ts";
import type { MemoryDisk } from "../write/memory-disk.test.fixture.ts";
import { beginStream } from "./begin-stream.ts";
import type { EventStreamOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";

export const DIRECTORY = "/output/run";

export interface Session {
  stream: EventStream;
  sink: InlineSink;
  /** Every line that was admitted to the queue, in order, newline included. */
  admitted: string[];
}

/** Opens a run on a simulated disk as `openEventStream` does, but for the lock, and drained only by hand. */
export function openSimulated(
  disk: MemoryDisk,
  time: { now: number },
  options: Partial<EventStreamOptions>,
): Session {
  const whole = { simulationId: "run", verbosity: "DETAIL" as const, ...options };
  const settings = settingsOf(whole);
  const clock = { now: () => time.now };
  const recovered = recoverRun(disk, DIRECTORY);
  expect(recovered.end).toBeUndefined();
  const sink = new InlineSink(settings.queueSize, settings.maxEventSize, {
    directory: DIRECTORY,
    simulationId: "run",
    verbosity: settings.verbosity,
    startTime: clock.now(),
    provenance: {},
    maxFileSize: settings.maxFileSize,
    compress: settings.compress,
    durability: settings.durability,
    recovered,
    disk,
    onClosed: () => undefined,
    manual: true,
  });
  const admitted: string[] = [];
  const commit = sink.commit.bind(sink);
  sink.commit = (length) => {
    admitted.push(sink.buffer.toString("utf8", sink.start, sink.start + length));
    return commit(length);
  };
  return {
    stream: beginStream(whole, settings, sink, clock, { directory: DIRECTORY, recovered }),
    sink,
    admitted,
  };
}

export interface SegmentFile {
  name: string;
  text: string;
}

/** The segments of a run in order, as any reader would find them. */
export function segmentsOf(disk: MemoryDisk): SegmentFile[] {
  const names = disk.list(DIRECTORY).filter((name) => parseSegmentName(name) !== undefined);
  return names
    .filter((name) => !name.endsWith(".gz") || !names.includes(name.slice(0, -".gz".length)))
    .map((name) => {
      const bytes = disk.bytes(join(DIRECTORY, name)) ?? Buffer.alloc(0);
      return { name, text: (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8") };
    })
    .filter(({ text }) => text !== "")
    .sort((left, right) => (left.text < right.text ? -1 : 1));
}

/** All of a run's lines, newlines included; the last may be torn. */
export function linesOf(disk: MemoryDisk): string[] {
  return segmentsOf(disk).flatMap(({ text }) => text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

export function eventsOf(lines: string[]): Event[] {
  return lines.map((line) => eventSchema.parse(JSON.parse(line)));
}

export function manifestOf(disk: MemoryDisk): RunManifest | undefined {
  const text = disk.text(join(DIRECTORY, "run.json"));
  return text === undefined ? undefined : runManifestSchema.parse(JSON.parse(text));
}

export function tornLinesOf(disk: MemoryDisk): string[] {
  return disk
    .list(DIRECTORY)
    .filter((name) => name.startsWith("torn-line-"))
    .map((name) => disk.text(join(DIRECTORY, name)) ?? "");
}

/** Every rule that holds between the events of a log. */
export function expectLog(disk: MemoryDisk): void {
  const events = eventsOf(linesOf(disk));
  const seen = new Set<string>();
  let last = events[0];
  for (const event of events) {
    for (const cause of event.caused_by ?? []) expect(seen.has(cause)).toBe(true);
    if (seen.size > 0) expect(event.caused_by?.length).toBeGreaterThan(0);
    if (last && last !== event) {
      expect(event.event_id > last.event_id).toBe(true);
      expect(event.timestamp >= last.timestamp).toBe(true);
      expect(event.turn_number).toBeGreaterThanOrEqual(last.turn_number);
    }
    seen.add(event.event_id);
    last = event;
  }
  expect(events.filter((event) => event.milestone_type === "simulation_start")).toHaveLength(1);
}
