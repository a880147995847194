import { type FileHandle, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { parseEventLine, walkSegments } from "@llm-sim/events/read";
import { ACTIVE_SEGMENT_FILE, closedSegmentName, openRegularFile, TAPE_FILE } from "@llm-sim/events/run";
import { type Event, parseTimestamp } from "@llm-sim/events/schema";
import { withSimulationId } from "./copied-line.ts";

const BATCH = 1024 * 1024;
const NEWLINE = Buffer.from("\n");

export interface CopyOptions {
  /** The run's, and the directory of the copy, which is there and empty. */
  from: string;
  into: string;
  /** The copy's. */
  simulationId: string;
  /** The first that is not copied. */
  turn: number;
  /** In bytes. */
  maxFileSize: number;
}

/** Copies the log of a run up to a turn: the same lines in the same order, with another run's id in them. @returns the last event */
export async function copyLog({
  from,
  into,
  simulationId,
  turn,
  maxFileSize,
}: CopyOptions): Promise<Event | undefined> {
  const id = Buffer.from(JSON.stringify(simulationId));
  const log = new SegmentedFile(into, maxFileSize);
  let last: Event | undefined;
  try {
    for await (const { lines } of walkSegments(from)) {
      for (const { bytes } of lines) {
        const parsed = parseEventLine(bytes);
        if (!parsed.ok || parsed.event.turn_number >= turn || isEnd(parsed.event)) continue;
        last = parsed.event;
        await log.append(withSimulationId(Buffer.from(bytes), id), last);
      }
    }
  } finally {
    await log.close();
  }
  return last;
}

function isEnd(event: Event): boolean {
  return event.event_type === "MILESTONE" && event.milestone_type === "simulation_end";
}

/** A log that is written at once, in segments of a size that none passes. */
class SegmentedFile {
  readonly #directory: string;
  readonly #maxFileSize: number;
  readonly #names = new Set<string>();
  #file: FileHandle | undefined;
  #size = 0;
  #lastTime = 0;
  #batch: Buffer[] = [];
  #batched = 0;

  constructor(directory: string, maxFileSize: number) {
    this.#directory = directory;
    this.#maxFileSize = maxFileSize;
  }

  async append(line: Buffer, { timestamp }: Event): Promise<void> {
    const length = line.length + NEWLINE.length;
    if (this.#size > 0 && this.#size + length > this.#maxFileSize) await this.#closeSegment();
    this.#batch.push(line, NEWLINE);
    this.#batched += length;
    this.#size += length;
    this.#lastTime = parseTimestamp(timestamp) ?? this.#lastTime;
    if (this.#batched >= BATCH) await this.#write();
  }

  async close(): Promise<void> {
    await this.#write();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #closeSegment(): Promise<void> {
    await this.close();
    let name = closedSegmentName(this.#lastTime);
    for (let later = 1; this.#names.has(name); later++) name = closedSegmentName(this.#lastTime + later);
    this.#names.add(name);
    await rename(join(this.#directory, ACTIVE_SEGMENT_FILE), join(this.#directory, name));
    this.#size = 0;
  }

  async #write(): Promise<void> {
    if (this.#batched === 0) return;
    this.#file ??= await open(join(this.#directory, ACTIVE_SEGMENT_FILE), "a");
    await this.#file.appendFile(Buffer.concat(this.#batch));
    this.#batch = [];
    this.#batched = 0;
  }
}

/**
 * Copies what the tape of a run has of the turns before one, with another run's id in its first line. Where it has nothing of them,
 * there is no copy.
 */
export async function copyTape({
  from,
  into,
  simulationId,
  turn,
}: Omit<CopyOptions, "maxFileSize">): Promise<void> {
  const id = Buffer.from(JSON.stringify(simulationId));
  let file: FileHandle | undefined;
  /** Up to the next attempt: what stands before it belongs to it. */
  let pending: Buffer[] = [];
  try {
    for await (const line of linesOf(join(from, TAPE_FILE))) {
      const isFirst = file === undefined && pending.length === 0;
      pending.push(isFirst ? withSimulationId(line, id) : line);
      const inTurn = turnOf(line);
      if (inTurn === undefined) continue;
      if (inTurn >= turn) break;
      file ??= await open(join(into, TAPE_FILE), "a");
      await file.appendFile(Buffer.concat(pending));
      pending = [];
    }
  } finally {
    await file?.close();
  }
}

/** Of an attempt. */
function turnOf(line: Buffer): number | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.toString("utf8"));
  } catch {
    return undefined; // a torn tail
  }
  const { line: kind, coordinate } = Object(parsed);
  const turn: unknown = kind === "attempt" ? Object(coordinate).turn : undefined;
  return typeof turn === "number" ? turn : undefined;
}

/** With their newlines; what stands behind the last newline is no line. */
async function* linesOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  let rest = Buffer.alloc(0);
  const source = await openRegularFile(file);
  for await (const chunk of source.createReadStream({ highWaterMark: BATCH })) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, Buffer.from(chunk)]);
    let start = 0;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, start)) {
      yield rest.subarray(start, end + 1);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
