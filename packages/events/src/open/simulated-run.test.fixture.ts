import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { EventStream } from "../emit/index.ts";
import { ACTIVE_SEGMENT_FILE, parseSegmentList } from "../layout/index.ts";
import { parseEventLine } from "../line/index.ts";
import { type ClosedSegment, parseSegmentName, type RunManifest, runManifestSchema } from "../run/index.ts";
import { type Event, eventSchema } from "../schema/index.ts";
import {
  type Attempt,
  coordinateText,
  type Message,
  parseTapeLine,
  TapeState,
  TapeWriter,
} from "../tape/index.ts";
import { InlineSink, type RecoveredRun, type RunLock, recoverRun } from "../write/index.ts";
import type { MemoryDisk } from "../write/memory-disk.test.fixture.ts";
import { beginStream } from "./begin-stream.ts";
import { segmentLimit } from "./open-run.ts";
import type { EventStreamOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";

export const DIRECTORY = "/output/run";

export interface Session {
  recovered: RecoveredRun;
  stream: EventStream;
  sink: InlineSink;
  /** Every line that was admitted to the queue, in order, newline included. */
  admitted: string[];
  tape: SimulatedTape;
}

/** The tape of a simulated run: what `stream.tape` does, but that who appends looks again for room by hand. */
export class SimulatedTape {
  /** Every line that is in the queue as a whole, in order, newline included. */
  readonly admitted: string[] = [];
  readonly #sink: InlineSink;
  readonly #writer: TapeWriter;
  readonly #said: Message[] = [];
  /** What of the lines has found no room yet. */
  #rest: { line: string; bytes: Buffer }[] = [];
  #calls = 0;

  constructor(disk: MemoryDisk, sink: InlineSink) {
    this.#sink = sink;
    const state = new TapeState();
    for (const line of tapeLinesOf(disk)) {
      const parsed = parseTapeLine(Buffer.from(line), "tape.jsonl");
      if (parsed.ok) state.take(parsed.line);
      if (parsed.ok && parsed.line.line === "attempt") this.#calls++;
    }
    this.#writer = new TapeWriter({ simulationId: "run", texts: true, state });
  }

  /** Puts into the queue what waits for room. @returns whether nothing waits any more */
  goOn(): boolean {
    for (let [first] = this.#rest; first; [first] = this.#rest) {
      const part = first.bytes.subarray(0, this.#sink.largestTapePart);
      const goesOn = part.length < first.bytes.length;
      if (!this.#sink.putTape(part, goesOn)) return false;
      first.bytes = first.bytes.subarray(part.length);
      if (goesOn) continue;
      this.admitted.push(first.line);
      this.#rest.shift();
    }
    return true;
  }

  /** @returns the attempt's coordinate, once all of it is in the queue */
  append(turn: number, question: string, answer: string): string | undefined {
    if (!this.goOn()) return undefined;
    this.#said.push({ role: "user", content: question });
    if (this.#said.length > 6) this.#said.shift();
    const coordinate = {
      actor: { type: "agent" as const, agent_id: "alice" },
      turn,
      purpose: "decide",
      ordinal: this.#calls++,
      attempt: 1,
    };
    const attempt: Attempt = {
      coordinate,
      model: "m",
      sampling: {},
      messages: this.#said,
      outcome: "response",
      text: answer,
      latency_ms: 1,
    };
    this.#rest = this.#writer.linesOf(attempt).map((line) => ({ line, bytes: Buffer.from(line) }));
    return this.goOn() ? coordinateText(coordinate) : undefined;
  }
}

/** The tape's lines, newlines included; the last may be torn. */
export function tapeLinesOf(disk: MemoryDisk): string[] {
  return linesIn(disk.text(join(DIRECTORY, "tape.jsonl")) ?? "");
}

/**
 * Opens a run on a simulated disk as `openEventStream` does, but for the lock, and drained only by hand, unless it is to go by timers.
 *
 * @param held the lock that was taken for it
 */
export function openSimulated(
  disk: MemoryDisk,
  time: { now: number },
  options: Partial<EventStreamOptions>,
  { held, byTimers = false }: { held?: RunLock; byTimers?: boolean } = {},
): Session {
  const recovered = recoverRun(disk, DIRECTORY);
  if (recovered.end) throw new Error("the run has ended");
  const whole = { simulationId: "run", verbosity: "DETAIL" as const, ...options };
  return simulatedSession(disk, time, whole, { recovered, held, byTimers });
}

/** The session that goes on with a recovered run. */
export function simulatedSession(
  disk: MemoryDisk,
  time: { now: number },
  whole: EventStreamOptions,
  { recovered, held, byTimers }: { recovered: RecoveredRun; held: RunLock | undefined; byTimers: boolean },
): Session {
  const settings = settingsOf(whole);
  const limit = segmentLimit(whole, settings, recovered);
  const clock = { now: () => time.now };
  const sink = new InlineSink(settings.queueSize, settings.maxEventSize, {
    directory: DIRECTORY,
    simulationId: "run",
    verbosity: settings.verbosity,
    startTime: clock.now(),
    provenance: { ...settings.provenance, max_file_size: limit },
    maxFileSize: limit,
    compress: settings.compress,
    durability: settings.durability,
    recovered,
    disk,
    lock: held?.mark,
    onMishap: () => stream.tellOfMishaps(),
    onClosed: () => held?.release(),
    manual: !byTimers,
  });
  const admitted: string[] = [];
  const commit = sink.commit.bind(sink);
  sink.commit = (length) => {
    admitted.push(sink.buffer.toString("utf8", sink.start, sink.start + length));
    return commit(length);
  };
  const tape = new SimulatedTape(disk, sink);
  const stream: EventStream = beginStream(whole, settings, sink, clock, { directory: DIRECTORY, recovered });
  return { tape, stream, sink, admitted, recovered };
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
      return { name, text: (name.endsWith(".gz") ? unpacked(bytes) : bytes).toString("utf8") };
    })
    .filter(({ text }) => text !== "")
    .map((segment) => ({ segment, from: placeInLog(segment) }))
    .sort((left, right) => (left.from < right.from ? -1 : 1))
    .map(({ segment }) => segment);
}

/** By the first event's time, then by name; what holds no event stands behind, and the active one last. */
function placeInLog({ name, text }: SegmentFile): string {
  if (name === ACTIVE_SEGMENT_FILE) return "\uffff\uffff";
  for (const line of linesIn(text)) {
    const parsed = parseEventLine(Buffer.from(line.trimEnd()));
    if (parsed.ok) return `${parsed.event.timestamp} ${name}`;
  }
  return `\uffff ${name}`;
}

/** Of what is no gzip, nothing. */
function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    return Buffer.alloc(0);
  }
}

/** All of a run's lines, newlines included; the last may be torn. */
export function linesOf(disk: MemoryDisk): string[] {
  return segmentsOf(disk).flatMap(({ text }) => linesIn(text));
}

/** Newlines included; the last may lack its own. */
export function linesIn(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

export function eventsOf(lines: string[]): Event[] {
  return lines.map((line) => eventSchema.parse(JSON.parse(line)));
}

export function manifestOf(disk: MemoryDisk): RunManifest | undefined {
  const text = disk.text(join(DIRECTORY, "run.json"));
  return text === undefined ? undefined : runManifestSchema.parse(JSON.parse(text));
}

/** What segments.jsonl says. */
export function listOf(disk: MemoryDisk): readonly ClosedSegment[] {
  return parseSegmentList(disk.text(join(DIRECTORY, "segments.jsonl")) ?? "");
}

export function tornLinesOf(disk: MemoryDisk): string[] {
  return disk
    .list(DIRECTORY)
    .filter((name) => name.startsWith("torn-line-"))
    .map((name) => disk.text(join(DIRECTORY, name)) ?? "");
}
