import { describe, expect, it } from "vitest";
import { MemoryDisk } from "../write/memory-disk.test.fixture.ts";
import { expectAnswers, expectLog } from "./expected-log.test.fixture.ts";
import type { EventStreamOptions } from "./index.ts";
import {
  DIRECTORY,
  eventsOf,
  linesOf,
  manifestOf,
  openSimulated,
  segmentsOf,
  tapeLinesOf,
} from "./simulated-run.test.fixture.ts";

const START = Date.UTC(2026, 10, 23) * 1000;
const LIMIT = 4096;

describe("a disk that is full for a while", () => {
  it.each([true, false])(
    "takes the tape on where it ended, line for line (in part: %s)",
    async (takesParts) => {
      const disk = new MemoryDisk();
      disk.takesParts = takesParts;
      const { stream, sink, tape, admitted } = openSimulated(disk, { now: START }, {});
      sink.drain();
      for (let asked = 0; asked < 40; asked++) {
        const call = tape.append(0, `question ${asked}`, "x".repeat(asked * 20));
        if (asked % 3 === 0) stream.decision("alice", "answer", { details: { call } });
      }
      for (let room = 0; room < 60 && !sink.drain(); room++) {
        disk.capacity = disk.usedBytes + 700;
        sink.drain();
        expectAnswers(disk);
        const lines = tapeLinesOf(disk).filter((line) => line.endsWith("\n"));
        expect(lines).toEqual(tape.admitted.slice(0, lines.length));
      }
      disk.capacity = Number.POSITIVE_INFINITY;
      await stream.flush();
      expect(tapeLinesOf(disk)).toEqual(tape.admitted);
      expect(linesOf(disk)).toEqual(admitted);
      await stream.close();
      expectLog(disk);
    },
  );

  it("costs nothing that the queue holds", async () => {
    const disk = new MemoryDisk();
    const { stream, sink, admitted } = openSimulated(
      disk,
      { now: START },
      { maxFileSize: LIMIT, queueSize: "64KB" },
    );
    sink.drain();
    disk.capacity = disk.usedBytes + 1000;
    for (let emitted = 0; emitted < 100; emitted++) {
      stream.action("alice", "buy", { n: emitted });
      sink.drain();
    }
    expect(stream.stats()).toMatchObject({ dropped: 0, last_error: expect.stringContaining("ENOSPC") });
    expect(stream.stats().pending).toBeGreaterThan(80);
    disk.capacity = Number.POSITIVE_INFINITY;
    await stream.flush();
    expect(stream.stats()).toMatchObject({ written: 101, pending: 0, dropped: 0 });
    expect(stream.stats()).not.toHaveProperty("last_error");
    expect(linesOf(disk)).toEqual(admitted);
    await stream.close();
    expectLog(disk);
  });

  it("and for longer than the queue holds: the loss is a tail, counted exactly, on record", async () => {
    const disk = new MemoryDisk();
    const { stream, sink } = openSimulated(disk, { now: START }, { queueSize: "64KB" });
    sink.drain();
    disk.capacity = disk.usedBytes + 100;
    for (let emitted = 0; emitted < 1000; emitted++) stream.action("alice", "buy", { n: emitted });
    const { dropped, emitted, pending, written } = stream.stats();
    expect(dropped).toBeGreaterThan(500);
    expect(emitted).toBe(written + pending + dropped);
    disk.capacity = Number.POSITIVE_INFINITY;
    await stream.flush();
    stream.action("alice", "sell");
    await stream.close();
    const events = eventsOf(linesOf(disk));
    const losses = events.filter((event) => event.error_type === "events_dropped");
    expect(losses.map((loss) => loss.details?.counts)).toEqual([{ ACTION: dropped }]);
    const numbers = events.flatMap((event) =>
      event.action_type === "buy" ? [Number(Object(event.action_payload).n)] : [],
    );
    expect(numbers).toEqual(Array.from({ length: 1000 - dropped }, (_, n) => n));
    expect(manifestOf(disk)?.counts).toEqual({
      ...stream.stats(),
      by_type: undefined,
      bytes: undefined,
      segments: undefined,
    });
  });

  it.each([true, false])(
    "takes every whole line that fits, of a batch as of one line (in part: %s)",
    (takesParts) => {
      const disk = new MemoryDisk();
      disk.takesParts = takesParts;
      const { stream, sink, admitted } = openSimulated(disk, { now: START }, {});
      sink.drain();
      for (let emitted = 0; emitted < 1000; emitted++) stream.action("alice", "buy", { n: emitted });
      const before = Buffer.byteLength(admitted.slice(0, 1).join(""));
      const room = Buffer.byteLength(admitted.slice(1, 601).join("")) + 100;
      disk.capacity = disk.usedBytes + room;
      for (let step = 0; step < 2000 && stream.stats().written < 601; step++) sink.step();
      expect(stream.stats()).toMatchObject({
        written: 601,
        pending: 400,
        dropped: 0,
        bytes: before + room - 100,
      });
      stream.closeNow({ status: "completed" });
      expect(linesOf(disk)).toEqual(admitted.slice(0, 601));
      expect(stream.stats()).toMatchObject({ written: 601, pending: 0, dropped: 401 });
      expect(stream.stats().by_type).toMatchObject({ MILESTONE: 1, ACTION: 600 });
    },
  );

  it("and whose process is killed then: what its log tells was dropped is counted on, whatever run.json had come to say", async () => {
    const disk = new MemoryDisk();
    const { stream, sink } = openSimulated(disk, { now: START }, { queueSize: "64KB" });
    sink.drain();
    disk.capacity = disk.usedBytes + 100;
    for (let emitted = 0; emitted < 1000; emitted++) stream.action("alice", "buy", { n: emitted });
    disk.capacity = Number.POSITIVE_INFINITY;
    await stream.flush();
    const { dropped } = stream.stats();
    expect(dropped).toBeGreaterThan(500);
    expect(manifestOf(disk)?.counts.dropped).toBe(0);
    disk.restart();
    const again = openSimulated(disk, { now: START + 1000 }, {});
    expect(again.stream.stats()).toMatchObject({ dropped });
    // Where it cannot record the loss of the session, the counts are all there is to go by.
    disk.capacity = disk.usedBytes;
    again.stream.closeNow({ status: "completed" });
    expect(manifestOf(disk)?.counts.dropped).toBe(dropped + 2);
  });

  it("MILESTONE and SYSTEM events are the last to go", () => {
    const disk = new MemoryDisk();
    const { stream, sink } = openSimulated(disk, { now: START }, { queueSize: "64KB" });
    sink.drain();
    disk.capacity = 0;
    for (let emitted = 0; emitted < 1000; emitted++) stream.action("alice", "buy");
    const full = stream.stats();
    expect(full.dropped).toBeGreaterThan(0);
    expect(stream.startTurn(1).cause?.event_id).toBeDefined();
    expect(stream.system("failure", { error_type: "x" }).event_id).toBeDefined();
    expect(stream.stats().dropped).toBe(full.dropped);
  });
});

describe("a disk that is full to the end", () => {
  const full = (options: Partial<EventStreamOptions> = {}) => {
    const disk = new MemoryDisk();
    const opened = openSimulated(disk, { now: START }, options);
    opened.stream.startTurn(1);
    opened.stream.state("price", { old_value: null, new_value: 1, change: "added" });
    opened.sink.drain();
    disk.capacity = disk.usedBytes;
    const turn = opened.stream.startTurn(2);
    turn.state("price", { old_value: 1, new_value: 2 });
    turn.decision("alice", "buy");
    return { disk, ...opened };
  };

  it("leaves a run that was completed, whose run.json says what was lost, from when, where and why", () => {
    const { disk, stream, admitted } = full();
    stream.closeNow({ status: "completed" });
    const manifest = manifestOf(disk);
    expect(manifest).toMatchObject({
      status: "completed",
      counts: { emitted: 9, written: 3, dropped: 6, suppressed: 0, pending: 0 },
      loss: {
        dropped: 6,
        told: 0,
        counts: { MILESTONE: 4, STATE: 1, DECISION: 1 },
        turn_start: 1,
        turn_end: 2,
        path: "events.jsonl",
        reason: "ENOSPC: no space left on device",
      },
    });
    expect(stream.loss).toEqual(manifest?.loss);
    expect(linesOf(disk)).toEqual(admitted.slice(0, 3));
  });

  it("has room for that in run.json, which was kept for it, and leaves nothing beside it", () => {
    const { disk, stream } = full();
    stream.closeNow({ status: "completed" });
    expect(manifestOf(disk)?.status).toBe("completed");
    expect(disk.list(DIRECTORY).toSorted()).toEqual(["events.jsonl", "run.json"]);
  });

  it("tells of what the queue dropped and of what waited in it as one loss", () => {
    const { disk, stream } = full({ queueSize: "64KB" });
    for (let emitted = 0; emitted < 1000; emitted++) stream.action("alice", "buy", { n: emitted });
    stream.closeNow({ status: "completed" });
    const { loss, counts } = manifestOf(disk) ?? {};
    // Of the queue's loss a warning waited, which is itself among what was lost.
    expect(loss).toMatchObject({ dropped: counts?.dropped, told: 0, counts: { ACTION: 1000, SYSTEM: 1 } });
    expect(Object.values(loss?.counts ?? {}).reduce((sum, count) => sum + count, 0)).toBe(loss?.dropped);
  });

  it("and has room again later: the run that is opened again tells of the loss, and is told of once", () => {
    const { disk, stream } = full();
    stream.closeNow({ status: "interrupted" });
    disk.capacity = Number.POSITIVE_INFINITY;
    const again = openSimulated(disk, { now: START + 1000 }, {});
    again.stream.closeNow({ status: "completed" });
    const events = eventsOf(linesOf(disk));
    expect(events.map((event) => event.error_type ?? event.milestone_type ?? event.event_type)).toEqual([
      "simulation_start",
      "turn_start",
      "STATE",
      "events_dropped",
      "simulation_end",
    ]);
    expect(events[3]?.details).toMatchObject({ dropped: 5, turn_start: 1, turn_end: 2 });
    expect(manifestOf(disk)?.loss).toMatchObject({ dropped: 5, told: 5 });
    expectLog(disk);
  });
});

describe("a segment", () => {
  it("that a single event fills has it to itself", () => {
    const disk = new MemoryDisk();
    const { stream, sink } = openSimulated(disk, { now: START }, { maxFileSize: 2000 });
    for (const bytes of [10, 5000, 10, 10, 3000, 4000])
      stream.action("alice", "buy", { filler: "x".repeat(bytes) });
    sink.drain();
    expect(segmentsOf(disk).map(({ text }) => text.split("\n").length - 1)).toEqual([2, 1, 2, 1, 1]);
  });

  it("has a name of its own though all events are of one microsecond", () => {
    const disk = new MemoryDisk();
    const { stream, sink } = openSimulated(disk, { now: START }, { maxFileSize: 1000 });
    for (let emitted = 0; emitted < 20; emitted++) stream.action("alice", "buy", { filler: "x".repeat(400) });
    sink.drain();
    const names = segmentsOf(disk).map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual([
      "events_2026-11-23_00-00-00-000000.jsonl",
      "events_2026-11-23_00-00-00-000001.jsonl",
      "events_2026-11-23_00-00-00-000002.jsonl",
    ]);
    expect(new Set(names).size).toBe(names.length);
    expect(linesOf(disk)).toHaveLength(21);
  });

  it("takes a line that just fits, to the byte", () => {
    const disk = new MemoryDisk();
    const probe = openSimulated(disk, { now: START }, {});
    probe.stream.action("alice", "buy", { filler: "" });
    const bytes = probe.admitted.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    for (const [limit, segments] of [
      [bytes, 1],
      [bytes - 1, 2],
    ] as const) {
      const other = new MemoryDisk();
      const { stream, sink } = openSimulated(other, { now: START }, { maxFileSize: limit });
      stream.action("alice", "buy", { filler: "" });
      sink.drain();
      expect(segmentsOf(other)).toHaveLength(segments);
    }
  });
});
