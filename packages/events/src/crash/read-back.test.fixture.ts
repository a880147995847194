import { join } from "node:path";
import { DIRECTORY, tapeLinesOf } from "../open/simulated-run.test.fixture.ts";
import { parseEventLine, verifyRun, walkSegments } from "../read/index.ts";
import { coordinateText, tapeLineSchema } from "../tape/index.ts";
import type { MemoryDisk } from "../write/memory-disk.test.fixture.ts";
import { mounted } from "./mounted-disk.test.fixture.ts";

/** What the real reader and `verifyRun` make of what is on the disk. */
export interface ReadBack {
  /** That are events, newlines included. */
  lines: string[];
  segments: { file: string; bytes: number; events: number }[];
  closedSegments: number;
  hasEnded: boolean;
  result: "ok" | "loss" | "violation";
  /** The rules that are broken. */
  rules: string[];
  /** What verify says, for a person. */
  said: string;
  /** Of the tape, and those that decisions name. */
  calls: ReadonlySet<string>;
  callsOf: string[];
}

/** Reads what is on a simulated disk as any reader does, and verifies it. */
export async function readBack(disk: MemoryDisk): Promise<ReadBack> {
  const unmount = mounted(disk, DIRECTORY);
  try {
    return await readMounted(disk);
  } finally {
    unmount();
  }
}

async function readMounted(disk: MemoryDisk): Promise<ReadBack> {
  const lines: string[] = [];
  const segments: ReadBack["segments"] = [];
  const callsOf: string[] = [];
  let hasEnded = false;
  if (!disk.files().has(join(DIRECTORY, "run.json")) && !hasSegment(disk))
    return {
      lines,
      segments,
      closedSegments: 0,
      hasEnded,
      result: "ok",
      rules: [],
      said: "there is no run",
      calls: new Set(),
      callsOf,
    };
  for await (const { segment, lines: batch } of walkSegments(DIRECTORY, { chunkBytes: 64 * 1024 })) {
    let found = segments.at(-1);
    if (found?.file !== segment.file) {
      found = { file: segment.file, bytes: 0, events: 0 };
      segments.push(found);
    }
    for (const { bytes, damage, next } of batch) {
      const parsed = damage === undefined ? parseEventLine(bytes) : undefined;
      found.bytes = next;
      if (!parsed?.ok) continue;
      found.events++;
      lines.push(`${Buffer.from(bytes).toString("utf8")}\n`);
      const { event } = parsed;
      hasEnded = event.event_type === "MILESTONE" && event.milestone_type === "simulation_end";
      if (typeof event.details?.call === "string") callsOf.push(event.details.call);
    }
  }
  const report = await verifyRun(DIRECTORY);
  const violations = report.violations.map(
    ({ rule, file, line, message }) => `${rule} (${file}:${line}): ${message}`,
  );
  const losses = report.losses.map(({ error_type, message }) => `${error_type}: ${message}`);
  return {
    lines,
    segments,
    closedSegments: segments.filter(({ file }) => file !== "events.jsonl").length,
    hasEnded,
    result: report.result,
    rules: [...new Set(report.violations.map(({ rule }) => rule))],
    said: [report.result, ...violations, ...losses].join("; ").slice(0, 1000),
    calls: callsIn(disk),
    callsOf,
  };
}

function hasSegment(disk: MemoryDisk): boolean {
  return [...disk.files().keys()].some((path) => /\/events[^/]*\.jsonl(?:\.gz)?$/.test(path));
}

function callsIn(disk: MemoryDisk): ReadonlySet<string> {
  const calls = new Set<string>();
  for (const line of tapeLinesOf(disk)) {
    try {
      const parsed = tapeLineSchema.safeParse(JSON.parse(line)).data;
      if (parsed?.line === "attempt") calls.add(coordinateText(parsed.coordinate));
    } catch {
      // No line of a tape: nothing rests on it.
    }
  }
  return calls;
}
