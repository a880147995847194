import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkpointPath } from "../run/index.ts";
import { openMemoryStream } from "../testing/index.ts";
import {
  closedSegmentName,
  ID_LENGTH,
  ID_OFFSET,
  MIN_LINE_LENGTH,
  parseSegmentName,
  TIMESTAMP_LENGTH,
  TIMESTAMP_OFFSET,
} from "./index.ts";

describe("the names of a run's files", () => {
  it("a closed segment is named by a time in UTC, to the microsecond", () => {
    expect(closedSegmentName(1_763_882_100_000_123)).toBe("events_2025-11-23_07-15-00-000123.jsonl");
  });

  it("a closed segment's name comes back as its time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000_000 }), (time) => {
        const name = closedSegmentName(time);
        expect(parseSegmentName(name)).toEqual({ closedAt: time, compressed: false });
        expect(parseSegmentName(`${name}.gz`)).toEqual({ closedAt: time, compressed: true });
      }),
    );
  });

  it("the active segment has no time", () => {
    expect(parseSegmentName("events.jsonl")).toEqual({ closedAt: undefined, compressed: false });
  });

  it.each([
    "run.json",
    "tape.jsonl",
    "events.jsonl.gz",
    "events.jsonl.tmp",
    "torn-line-1.txt",
    "events_2025-11-23_07-15-00-000123.jsonl.gz.tmp",
    "events_2025-11-23_07-15-00-000123.json",
    "events_2025-11-23_07-15-00-123.jsonl",
    "events_2025-13-23_07-15-00-000123.jsonl",
    "xevents_2025-11-23_07-15-00-000123.jsonl",
  ])("%s is no segment", (name) => expect(parseSegmentName(name)).toBeUndefined());

  it("a checkpoint is named by its turn", () => {
    expect(checkpointPath("/runs/a", 12)).toBe("/runs/a/checkpoints/turn_12.json");
  });
});

describe("a line", () => {
  it("of any kind has id and time at the same place, and is longer than the shortest there is", async () => {
    const { stream, sink } = await openMemoryStream({ verbosity: "DETAIL", simulationId: "x" });
    stream.startTurn(123_456_789);
    stream.decision("a", "", { description: "" });
    stream.action("a", "", {}, { description: "" });
    stream.state("", { old_value: 0, new_value: 0, description: "" });
    stream.detail("", {}, { description: "" });
    stream.system("retry", { description: "" });
    for (const line of sink.lines) {
      const { event_id, timestamp }: { event_id: string; timestamp: string } = JSON.parse(line);
      expect(line.slice(ID_OFFSET, ID_OFFSET + ID_LENGTH)).toBe(event_id);
      expect(line.slice(TIMESTAMP_OFFSET, TIMESTAMP_OFFSET + TIMESTAMP_LENGTH)).toBe(timestamp);
      expect(line.length).toBeGreaterThan(MIN_LINE_LENGTH);
    }
  });
});
