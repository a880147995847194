import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEventLine } from "../line/index.ts";
import { type Fault, MemoryDisk } from "../write/memory-disk.test.fixture.ts";
import { expectAnswers, expectLog } from "./expected-log.test.fixture.ts";
import {
  DIRECTORY,
  linesOf,
  listOf,
  manifestOf,
  openSimulated,
  type Session,
  segmentsOf,
  tapeLinesOf,
  tornLinesOf,
} from "./simulated-run.test.fixture.ts";

const START = Date.UTC(2026, 10, 23) * 1000;
const LIMIT = 4096;

/** What a process does before it ends, and what its disk does to it. */
type Act =
  | { do: "emit"; kind: "action" | "state" | "phase"; bytes: number }
  | { do: "turn" }
  | { do: "ask"; bytes: number }
  | { do: "drain"; steps: number }
  | { do: "clock"; by: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("emit" as const),
      kind: fc.constantFrom("action" as const, "state" as const, "phase" as const),
      bytes: fc.oneof({ weight: 8, arbitrary: fc.nat(600) }, fc.nat(2 * LIMIT), fc.constant(14_000)),
    }),
  },
  fc.constant({ do: "turn" as const }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      // The longest in parts, beyond what the queue holds for the tape.
      bytes: fc.oneof({ weight: 6, arbitrary: fc.nat(600) }, fc.nat(3 * LIMIT), fc.constant(50_000)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("drain" as const), steps: fc.integer({ min: 1, max: 8 }) }),
  },
  fc.record({ do: fc.constant("clock" as const), by: fc.integer({ min: -5_000_000, max: 5_000_000 }) }),
);

const fault = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Fault>("ok") },
  fc.constantFrom<Fault>("fail", "short", "part then fail", "die before", "die in it", "die after"),
  // A line is torn only where a process dies in the middle of a write, which is one call among many.
  { weight: 2, arbitrary: fc.constant<Fault>("die in it") },
);

const session = fc.record({
  acts: fc.array(act, { maxLength: 40, size: "max" }),
  faults: fc.array(fault, { maxLength: 60, size: "max" }),
  closes: fc.boolean(),
});

const scenario = fc.record({
  sessions: fc.array(session, { minLength: 1, maxLength: 4 }),
  compress: fc.constantFrom("none" as const, "gzip" as const),
  durability: fc.constantFrom("none" as const, "fsync" as const),
});

function play({ stream, sink, tape }: Session, acts: Act[], disk: MemoryDisk, time: { now: number }): void {
  let turn = stream.turnNumber;
  let answers = 0;
  for (const one of acts) {
    if (disk.isDead) return;
    time.now += 7;
    if (one.do === "clock") time.now += one.by;
    else if (one.do === "turn") stream.startTurn(++turn);
    else if (one.do === "ask") {
      const call = tape.append(
        turn,
        `question ${answers % 5}`,
        `answer ${answers++} ${"x".repeat(one.bytes)}`,
      );
      // Who asks goes on once the answer is on its way; where there is no room, not yet.
      if (call !== undefined) stream.decision("alice", "answer", { new_value: answers, details: { call } });
    } else if (one.do === "drain") for (let step = 0; step < one.steps && !disk.isDead; step++) sink.step();
    else if (one.kind === "action") stream.action("alice", "buy", { filler: "x".repeat(one.bytes) });
    else if (one.kind === "state") stream.state("v", { old_value: null, new_value: "y".repeat(one.bytes) });
    else stream.phase("p", { details: { filler: "z".repeat(one.bytes) } });
    const { emitted, written, dropped, suppressed, pending } = stream.stats();
    expect(emitted).toBe(written + dropped + suppressed + pending);
    expect(pending).toBeGreaterThanOrEqual(0);
  }
}

/** What any reader finds: whole lines, of which the last may lack its newline, and what is torn behind them. */
function readFrom(disk: MemoryDisk): { whole: string[]; torn: string | undefined } {
  const lines = linesOf(disk);
  const last = lines.at(-1);
  if (last === undefined || last.endsWith("\n")) return { whole: lines, torn: undefined };
  const before = lines.slice(0, -1);
  const isWhole = parseEventLine(Buffer.from(last)).ok;
  return isWhole ? { whole: [...before, `${last}\n`], torn: undefined } : { whole: before, torn: last };
}

/** The same rules after every way out. `expected` is what the log held before, and the lines admitted since. */
function expectPrefix(disk: MemoryDisk, before: string[], admitted: string[], written: number): string[] {
  const { whole, torn } = readFrom(disk);
  const all = [...before, ...admitted];
  expect(whole.length).toBeGreaterThanOrEqual(written);
  // Nothing lost in the middle, nothing twice, nothing in another order, and nothing altered.
  expect(whole).toEqual(all.slice(0, whole.length));
  if (torn !== undefined) {
    // Where it is torn inside a character, that one reads as a replacement.
    expect(all[whole.length]?.startsWith(torn.replace(/\uFFFD$/, ""))).toBe(true);
  }
  return whole;
}

/** Of the tape: what is in the queue comes to the disk, in order and whole, unless all behind it is missing too. */
function expectTape(disk: MemoryDisk, before: string[], admitted: string[], written: number): string[] {
  const lines = tapeLinesOf(disk);
  const whole = lines.filter((line) => line.endsWith("\n"));
  expect(lines.length - whole.length).toBeLessThanOrEqual(1);
  const all = [...before, ...admitted];
  expect(whole).toEqual(all.slice(0, whole.length));
  expect(Buffer.byteLength(whole.join(""))).toBeGreaterThanOrEqual(written);
  return whole;
}

function expectSegments(disk: MemoryDisk): void {
  for (const { name, text } of segmentsOf(disk)) {
    const events = text.split("\n").length - 1;
    if (Buffer.byteLength(text) > LIMIT) expect(events, name).toBeLessThanOrEqual(1);
  }
}

let crashes = 0;
let tornLines = 0;
let rotations = 0;
let tornTapes = 0;
let answered = 0;

function simulate({
  sessions,
  compress,
  durability,
}: typeof scenario extends fc.Arbitrary<infer T> ? T : never): void {
  const disk = new MemoryDisk();
  const time = { now: START };
  const options = { compress, durability, maxFileSize: LIMIT, maxEventSize: "16KB", queueSize: "64KB" };
  let log: string[] = [];
  let tape: string[] = [];
  let lost = 0;
  let hasEnded = false;
  const torn: string[] = [];
  for (const { acts, faults, closes } of sessions) {
    disk.restart(faults);
    let opened: Session;
    try {
      opened = openSimulated(disk, time, options);
    } catch {
      // The disk refused while the run was being repaired: no line of the log may have gone. What is torn is in one place or in both.
      disk.restart();
      expect(readFrom(disk).whole).toEqual(log);
      expect(tapeLinesOf(disk).filter((line) => line.endsWith("\n"))).toEqual(tape);
      continue;
    }
    // What was torn is set aside; answers stay whose decisions are not in the log: they are paid for.
    expect(tapeLinesOf(disk)).toEqual(tape);
    if (opened.admitted.some((line) => line.includes('"session_lost"'))) lost++;
    play(opened, acts, disk, time);
    const { stream } = opened;
    let { written } = stream.stats();
    let taped = opened.sink.tapeBytes;
    const isAllPut = opened.tape.goOn();
    if (closes && !disk.isDead) {
      stream.closeNow({ status: "completed" });
      const stats = stream.stats();
      expect(stats.pending).toBe(0);
      expect(stats.emitted).toBe(stats.written + stats.dropped + stats.suppressed);
      written = stats.written;
      taped = opened.sink.tapeBytes;
    }
    const died = disk.isDead;
    if (died) crashes++;
    disk.restart();
    log = expectPrefix(disk, log, opened.admitted, written);
    const all = [...tape, ...opened.tape.admitted];
    tape = expectTape(disk, tape, opened.tape.admitted, taped);
    answered += expectAnswers(disk);
    const { torn: tail } = readFrom(disk);
    const tapeTail = tapeLinesOf(disk)[tape.length];
    if (tail !== undefined) torn.push(tail);
    hasEnded = log.some((line) => line.includes('"simulation_end"'));
    if (tapeTail !== undefined) {
      // Nothing reopens a run that has ended: there it stays behind the tape, where the disk refused to take it away.
      if (!hasEnded) torn.push(tapeTail);
      tornTapes++;
    }
    expectSegments(disk);
    const manifest = manifestOf(disk);
    if (manifest && manifest.status !== "running" && !died) {
      // A line whose rest found no room is taken away; of what was closed whole, nothing is missing.
      expect(tapeTail).toBeUndefined();
      if (isAllPut && manifest.loss === undefined) expect(tape).toEqual(all);
      expect(manifest.counts.written).toBe(linesOf(disk).length);
      expect(manifest.counts.emitted).toBe(
        manifest.counts.written + manifest.counts.dropped + manifest.counts.suppressed,
      );
    }
    if (hasEnded) break;
  }
  if (!hasEnded) {
    disk.restart();
    const opened = openSimulated(disk, time, options);
    if (opened.admitted.some((line) => line.includes('"session_lost"'))) lost++;
    opened.stream.closeNow({ status: "interrupted" });
    log = expectPrefix(disk, log, opened.admitted, opened.stream.stats().written);
    const manifest = manifestOf(disk);
    expect(manifest?.status).toBe("interrupted");
    expect(manifest?.counts.written).toBe(log.length);
    const closed = segmentsOf(disk).filter(({ name }) => name !== "events.jsonl");
    rotations += closed.length;
    expect(manifest?.segments).toBeUndefined();
    expect(listOf(disk).map(({ file, bytes, events }) => ({ file, bytes, events }))).toEqual(
      closed.map(({ name, text }) => ({
        file: name.replace(/\.gz$/, ""),
        bytes: Buffer.byteLength(text),
        events: text.split("\n").length - 1,
      })),
    );
    expect(disk.openFiles).toBe(0);
  }
  expectLog(disk);
  expectAnswers(disk);
  tornLines += torn.length;
  const recorded = log.filter((line) => line.includes('"error_type":"session_lost"')).length;
  expect(recorded).toBeLessThanOrEqual(lost);
  // What was torn is still there, though not in the log.
  const setAside = tornLinesOf(disk);
  for (const tail of torn) expect([...setAside, ...tape.map((line) => line.trimEnd())]).toContain(tail);
}

describe("a run whose process and disk fail at any moment", () => {
  it("keeps every line that was written, whole, once and in order, and goes on from there", () => {
    fc.assert(fc.property(scenario, simulate), { numRuns: 200 });
  });

  it("keeps a line of which the newline alone is missing", () => {
    const emit = (kind: "action" | "state" | "phase", bytes: number): Act => ({ do: "emit", kind, bytes });
    const drain = (steps: number): Act => ({ do: "drain", steps });
    simulate({
      sessions: [
        {
          acts: [emit("action", 255), emit("phase", 2469), drain(2), emit("state", 239), drain(4)],
          faults: [],
          closes: false,
        },
        {
          acts: [drain(4), emit("phase", 91), { do: "turn" }, drain(1)],
          faults: [...new Array<Fault>(10).fill("ok"), "die in it"],
          closes: false,
        },
        { acts: [], faults: [], closes: false },
      ],
      compress: "gzip",
      durability: "none",
    });
  });

  it("at all the moments that there are", () => {
    [crashes, tornLines, rotations, tornTapes, answered] = [0, 0, 0, 0, 0];
    // On one seed, so that what it came across does not depend on chance.
    fc.assert(fc.property(scenario, simulate), { numRuns: 500, seed: 20261126 });
    expect(crashes).toBeGreaterThan(100);
    expect(tornLines).toBeGreaterThan(10);
    expect(rotations).toBeGreaterThan(100);
    expect(tornTapes).toBeGreaterThan(5);
    expect(answered).toBeGreaterThan(200);
  });
});

describe("a power loss", () => {
  const rounds = fc.array(fc.record({ emits: fc.nat(12), bytes: fc.nat(1500), flushes: fc.boolean() }), {
    maxLength: 12,
  });

  it("takes nothing that was flushed with durability fsync", async () => {
    await fc.assert(
      fc.asyncProperty(
        rounds,
        fc.constantFrom("none" as const, "gzip" as const),
        async (played, compress) => {
          const disk = new MemoryDisk();
          const time = { now: START };
          const options = { compress, durability: "fsync" as const, maxFileSize: LIMIT };
          const { stream, sink, admitted, tape } = openSimulated(disk, time, options);
          let flushed = 0;
          let flushedTape = 0;
          for (const { emits, bytes, flushes } of played) {
            for (let emitted = 0; emitted < emits; emitted++) {
              stream.action("alice", "buy", { filler: "x".repeat(bytes) });
              const call = tape.append(0, `question ${emitted}`, "y".repeat(bytes));
              if (call !== undefined) stream.decision("alice", "answer", { details: { call } });
            }
            if (flushes) {
              await stream.flush();
              flushed = admitted.length;
              flushedTape = tape.admitted.length;
              expect(stream.stats().pending).toBe(0);
            } else for (let step = 0; step < emits; step++) sink.step();
          }
          disk.losePower();
          if (disk.list(DIRECTORY).length === 0) {
            expect(flushed).toBe(0);
            return;
          }
          // Nor does an event outlive the answer it rests on.
          expectAnswers(disk);
          const again = openSimulated(disk, time, options);
          const kept = tapeLinesOf(disk);
          expect(kept.length).toBeGreaterThanOrEqual(flushedTape);
          expect(kept).toEqual(tape.admitted.slice(0, kept.length));
          const lines = linesOf(disk);
          expect(lines.length).toBeGreaterThanOrEqual(flushed);
          expect(lines).toEqual(admitted.slice(0, lines.length));
          again.stream.closeNow();
          expectLog(disk);
        },
      ),
      { numRuns: 60 },
    );
  });
});
