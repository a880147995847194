import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closedSegmentName } from "../run/index.ts";
import type { Event, JsonObject } from "../schema/index.ts";
import { BuiltLog, cleanLog, lineOf, runDirectory, textOf, timeOf } from "./built-run.test.fixture.ts";
import { type ReadEvent, readEvents, type SkippedLine } from "./read-events.ts";

async function read(directory: string): Promise<{ events: ReadEvent[]; skipped: SkippedLine[] }> {
  const skipped: SkippedLine[] = [];
  const events: ReadEvent[] = [];
  for await (const event of readEvents(directory, { onSkipped: (line) => skipped.push(line) }))
    events.push(event);
  return { events, skipped };
}

const justEvents = (events: readonly ReadEvent[]): Event[] => events.map(({ event }) => event);

describe("reading a run's events", () => {
  it("gives each with its place", async () => {
    const log = cleanLog();
    const file = closedSegmentName(timeOf(3));
    const { events, skipped } = await read(
      runDirectory({ [file]: textOf(log.slice(0, 4)), "events.jsonl": `\r\n${textOf(log.slice(4))}` }),
    );
    expect(skipped).toEqual([]);
    expect(justEvents(events)).toEqual(log);
    expect(events[1]).toMatchObject({
      file,
      line: 2,
      offset: Buffer.byteLength(textOf(log.slice(0, 1))),
      dialect: "native",
    });
    expect(events[4]).toMatchObject({ file: "events.jsonl", line: 2, offset: 2 });
  });

  it("passes over lines that are no event, and says which", async () => {
    const [first, ...rest] = cleanLog();
    const text = `${lineOf(first ?? {})}{"event_type":"STATE"}\n${textOf(rest)}{"event_id":"01K`;
    const { events, skipped } = await read(runDirectory({ "events.jsonl": text }));
    expect(justEvents(events)).toEqual(cleanLog());
    expect(skipped).toMatchObject([
      { file: "events.jsonl", line: 2, offset: Buffer.byteLength(lineOf(first ?? {})) },
      {
        file: "events.jsonl",
        line: 16,
        offset: Buffer.byteLength(text) - 16,
        reason: expect.stringContaining("not JSON"),
      },
    ]);
  });

  it("takes a last line without a newline", async () => {
    const { events } = await read(runDirectory({ "events.jsonl": textOf(cleanLog()).trimEnd() }));
    expect(justEvents(events)).toEqual(cleanLog());
  });

  it("gives the same sequence however the log is cut into segments, compressed or not, with whatever line ends", async () => {
    const log = bigLog(60);
    const plan = fc.array(
      fc.record({
        length: fc.integer({ min: 0, max: 25 }),
        form: fc.constantFrom("lf", "crlf", "gz", "members"),
      }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.boolean(), async (segments, hasActive) => {
        const files: Record<string, string | Buffer> = {};
        let at = 0;
        for (const [index, { length, form }] of segments.entries()) {
          const lines = log.slice(at, at + length).map(lineOf);
          at += lines.length;
          // Not in the order of the events: names do not count.
          const name = closedSegmentName(timeOf(500 - index));
          if (form === "lf") files[name] = lines.join("");
          if (form === "crlf") files[name] = lines.join("").replaceAll("\n", "\r\n");
          if (form === "gz") files[`${name}.gz`] = gzipSync(lines.join(""));
          if (form === "members") files[`${name}.gz`] = Buffer.concat(lines.map((line) => gzipSync(line)));
        }
        const rest = textOf(log.slice(at));
        if (hasActive) files["events.jsonl"] = rest;
        else files[closedSegmentName(timeOf(1000))] = rest;
        const { events, skipped } = await read(runDirectory(files));
        expect(skipped).toEqual([]);
        expect(justEvents(events)).toEqual(log);
      }),
      { numRuns: 60 },
    );
  });

  it("never throws on random bytes, and loses no line but the ones they are in", async () => {
    const log = cleanLog();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.nat(log.length), async (bytes, at) => {
        const text = Buffer.concat([
          Buffer.from(textOf(log.slice(0, at))),
          Buffer.from(bytes),
          Buffer.from(`\n${textOf(log.slice(at))}`),
        ]);
        const { events } = await read(runDirectory({ "events.jsonl": text }));
        expect(justEvents(events)).toEqual(log);
        await read(runDirectory({ [`${closedSegmentName(timeOf(0))}.gz`]: Buffer.from(bytes) }));
      }),
      { numRuns: 60 },
    );
  });
});

describe("runs of the Python llm-sim", () => {
  const folder = join(import.meta.dirname, "fixtures/python-dialect");

  it.each([
    ["py-early-20251005-101500-3agents", 58],
    ["py-late-20251005-101500-3agents", 59],
    ["py-rotated-20251005-101500-3agents", 61],
  ])("%s is read whole", async (run, count) => {
    const { events, skipped } = await read(join(folder, run));
    expect(skipped).toEqual([]);
    expect(events).toHaveLength(count);
    expect(new Set(events.map(({ dialect }) => dialect))).toEqual(new Set(["python"]));
    const milestones = justEvents(events).flatMap((event) =>
      event.event_type === "MILESTONE" ? [event.milestone_type] : [],
    );
    const turns = ["turn_start", "turn_end"];
    expect(milestones).toEqual([
      "simulation_start",
      ...turns,
      ...turns,
      ...turns,
      ...turns,
      ...turns,
      "simulation_end",
    ]);
    const timestamps = events.map(({ event }) => event.timestamp);
    expect(timestamps).toEqual(timestamps.toSorted());
  });

  it("has STATE events for ENV ones", async () => {
    const { events } = await read(join(folder, "py-rotated-20251005-101500-3agents"));
    const states = justEvents(events).filter((event) => event.event_type === "STATE");
    expect(states).toHaveLength(15);
    expect(states[0]).toMatchObject({
      agent_id: "agent_alpha",
      variable_name: "wealth",
      old_value: 1000,
      new_value: 976.31,
      scope: "agent",
    });
    expect(states[0]).not.toHaveProperty("details");
  });
});

function bigLog(events: number): JsonObject[] {
  const log = new BuiltLog();
  log.milestone("simulation_start");
  for (let index = 1; index < events; index++) {
    log.state("alice", `variable-${index}`, null, "größer".repeat(index % 7), { change: "added" });
  }
  return log.events;
}
