import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import {
  DEFAULT_MAX_LINE_BYTES,
  isUtf16,
  overlong,
  type Piece,
  parseEventLineInDoubles,
  piecesOf,
  UTF_16,
} from "@llm-sim/events/read";
import { EVENT_TYPES, nanosecondsIn } from "@llm-sim/events/schema";
import { CHUNK_BYTES, SEGMENT_SPAN } from "../log/index.ts";
import { EventFields, fieldsOf } from "./event-fields.ts";
import { REFUSED } from "./json-scan.ts";
import { mayTellLoss } from "./loss-mark.ts";
import { NativeLineScanner } from "./native-line.ts";
import type { RunIndex } from "./run-index.ts";
import { REPEATED, type SkippedLine } from "./skipped-lines.ts";
import { formatUlid } from "./ulid.ts";

const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** The first chunk's lines tell how many there will be, give or take this. */
const ROOM = 1.03;

/** How far a segment has been taken in. */
export interface IntakeState {
  file: string;
  /** Of the segment's first byte. */
  base: number;
  /** Bytes taken in: up to behind a newline, or behind the last event of a line that has none yet. */
  taken: number;
  /** The number of the line that begins there, from 1. */
  line: number;
  /** What is taken ends in an event without a newline. */
  isOpen: boolean;
  /** CRC-32 of the bytes taken; `undefined` where not all of them were held. */
  checksum: number | undefined;
  /** Of its first event: by it a segment is known again when its file has another name and form. */
  firstId: string | undefined;
  /** The first event's, in microseconds since 1970. */
  firstTime: number | undefined;
}

/** Takes the lines of a segment into an index, from bytes as they come. */
export class LineIntake {
  readonly #index: RunIndex;
  readonly #fields = new EventFields();
  readonly #scanner: NativeLineScanner;

  constructor(index: RunIndex) {
    this.#index = index;
    this.#scanner = new NativeLineScanner(index.names, this.#fields);
  }

  /**
   * Reads what `chunks`, which begin at `state.taken`, hold. A last line without a newline is taken where it is an
   * event (no part of a JSON object is one), else left for the next time.
   *
   * @param expected about how many bytes there are, so that room is made for their events at once
   * @returns what is left, with why it is no event
   * @throws the chunks' own errors; an error where an event that ended without a newline has been written on
   */
  async take(state: IntakeState, chunks: AsyncIterable<Buffer>, expected = 0): Promise<SkippedLine[]> {
    let held: Buffer[] = []; // of a line that has begun
    let heldBytes = 0;
    let first = expected > 2 * CHUNK_BYTES ? { taken: state.taken, rows: this.#index.rows } : undefined;
    for await (const chunk of chunks) {
      if (isWhollyUnread(state, chunk)) return [leftAt(state, state.taken, UTF_16)];
      let start = 0;
      if (heldBytes > 0) {
        const newline = chunk.indexOf(NEWLINE);
        if (newline === -1) {
          heldBytes += chunk.length;
          // Too long to be an event: only its length is still counted.
          if (heldBytes > DEFAULT_MAX_LINE_BYTES) held = [];
          else held.push(Buffer.from(chunk));
          continue;
        }
        start = newline + 1;
        heldBytes += start;
        if (heldBytes > DEFAULT_MAX_LINE_BYTES) this.#overlong(state, heldBytes);
        else this.takeAll(state, Buffer.concat([...held, chunk.subarray(0, start)]));
        held = [];
        heldBytes = 0;
      }
      const rest = this.#wholeLines(state, chunk, start, chunk.length);
      if (first !== undefined) {
        const bytesPerEvent = (state.taken - first.taken) / (this.#index.rows - first.rows);
        if (Number.isFinite(bytesPerEvent)) this.#index.reserve(Math.ceil((expected / bytesPerEvent) * ROOM));
        first = undefined;
      }
      if (rest < chunk.length) {
        held.push(Buffer.from(chunk.subarray(rest)));
        heldBytes = chunk.length - rest;
      }
    }
    if (heldBytes === 0) return [];
    return heldBytes > DEFAULT_MAX_LINE_BYTES
      ? [leftAt(state, state.taken, overlongReason(heldBytes))]
      : this.#lastLine(state, Buffer.concat(held));
  }

  /** The same for what lies from `from` to `to` in `bytes`, on the spot. */
  takeAll(state: IntakeState, bytes: Buffer, from = 0, to = bytes.length): SkippedLine[] {
    if (isWhollyUnread(state, bytes.subarray(from, to))) return [leftAt(state, state.taken, UTF_16)];
    const rest = this.#wholeLines(state, bytes, from, to);
    return rest < to ? this.#lastLine(state, bytes.subarray(rest, to)) : [];
  }

  /** What was left is all that there will be. */
  skipLeft(state: IntakeState, left: readonly SkippedLine[]): void {
    for (const { offset, reason } of left) this.#skipped(state, offset, reason);
  }

  /** One damaged line stands for what cannot be read, up to where the text goes on. */
  skipTo(state: IntakeState, offset: number, reason: string): void {
    this.skip(state, reason);
    state.checksum = undefined;
    state.taken = offset;
    state.isOpen = false;
    state.line++;
  }

  /** One damaged line stands for what cannot be read. */
  skip(state: IntakeState, reason: string): void {
    this.#skipped(state, state.taken, reason);
  }

  #skipped({ file, line, base }: IntakeState, offset: number, reason: string): void {
    const { skipped, rows } = this.#index;
    skipped.add({ file, line, offset, reason }, Math.floor(base / SEGMENT_SPAN), rows);
  }

  /** The lines that end between `from` and `to`. @returns where the last, which does not, begins */
  #wholeLines(state: IntakeState, bytes: Buffer, from: number, to: number): number {
    const start = state.isOpen ? closeOpenLine(state, bytes.subarray(from, to)) + from : from;
    const end = bytes.lastIndexOf(NEWLINE, to - 1) + 1;
    if (end > start) this.#lines(state, bytes, start, end);
    return Math.max(start, end);
  }

  /** Whole lines, newlines included. */
  #lines(state: IntakeState, bytes: Buffer, from: number, to: number): void {
    const index = this.#index;
    const fields = this.#fields;
    const lines = bytes.subarray(from, to);
    const mayScan = isUtf8(lines);
    const origin = state.taken - from; // of `bytes` in the segment
    let at = from;
    while (at < to) {
      const end = mayScan ? this.#scanner.scan(bytes, at) : REFUSED;
      if (end !== REFUSED) {
        fields.nanoseconds = 0;
        fields.mayTellLoss = fields.kind === SYSTEM && mayTellLoss(bytes.subarray(at, end));
        const isNew = index.add(fields, state.base + origin + at, end - at, false);
        if (state.firstId === undefined) this.#noteFirst(state);
        if (!isNew) this.#skipped(state, origin + at, REPEATED);
        at = end + (bytes[end] === CARRIAGE_RETURN ? 2 : 1);
      } else {
        const newline = bytes.indexOf(NEWLINE, at);
        this.#line(state, bytes.subarray(at, newline), origin + at);
        at = newline + 1;
      }
      state.line++;
    }
    account(state, lines);
  }

  /** Any line, without its newline. */
  #line(state: IntakeState, line: Buffer, offset: number): void {
    if (line.length > DEFAULT_MAX_LINE_BYTES) this.#skipped(state, offset, overlongReason(line.length));
    else for (const piece of piecesOf(line, offset)) this.#piece(state, piece);
  }

  #piece(state: IntakeState, { bytes, offset, zeros }: Piece): void {
    const parsed =
      zeros === undefined ? parseEventLineInDoubles(bytes) : { ok: false as const, reason: zeros };
    if (!parsed.ok) {
      this.#skipped(state, offset, parsed.reason);
      return;
    }
    if (!fieldsOf(parsed.event, this.#index.names, this.#fields)) {
      this.#skipped(state, offset, "timestamp: there is no such moment");
      return;
    }
    if (state.firstId === undefined) this.#noteFirst(state);
    const needsUpcast = parsed.dialect !== "native";
    this.#fields.nanoseconds = needsUpcast ? nanosecondsOf(bytes) : 0;
    // What a line of another hand says is known once it has been made one of ours.
    this.#fields.mayTellLoss =
      this.#fields.kind === SYSTEM &&
      (needsUpcast || mayTellLoss(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
    if (!this.#index.add(this.#fields, state.base + offset, bytes.length, needsUpcast))
      this.#skipped(state, offset, REPEATED);
  }

  #noteFirst(state: IntakeState): void {
    state.firstId = formatUlid(this.#fields.id, 0);
    state.firstTime = this.#fields.time;
  }

  /** Taken up to its last event: what stands before that can become nothing else. @returns what is left */
  #lastLine(state: IntakeState, bytes: Buffer): SkippedLine[] {
    const pieces = piecesOf(bytes, state.taken);
    const reasons = pieces.map(faultOf);
    const count = reasons.lastIndexOf(undefined) + 1;
    const left = pieces
      .slice(count)
      .map(({ offset }, index) => leftAt(state, offset, reasons[count + index] ?? ""));
    if (count === 0) return left;
    for (const piece of pieces.slice(0, count)) this.#piece(state, piece);
    const end = left[0]?.offset;
    state.isOpen = end === undefined;
    account(state, end === undefined ? bytes : bytes.subarray(0, end - state.taken));
    return left;
  }

  #overlong(state: IntakeState, length: number): void {
    this.skip(state, overlongReason(length - 1));
    state.checksum = undefined;
    state.taken += length;
    state.line++;
  }
}

function account(state: IntakeState, bytes: Buffer): void {
  if (state.checksum !== undefined) state.checksum = crc32(bytes, state.checksum);
  state.taken += bytes.length;
}

/** A line was taken before its newline came: now it must be here. @returns where the next line begins */
function closeOpenLine(state: IntakeState, chunk: Buffer): number {
  const length = chunk[0] === NEWLINE ? 1 : chunk[0] === CARRIAGE_RETURN && chunk[1] === NEWLINE ? 2 : 0;
  if (length === 0) throw new RewrittenLog(`${state.file} goes on where an event had ended`);
  account(state, chunk.subarray(0, length));
  state.line++;
  state.isOpen = false;
  return length;
}

/** The log is not the one that was indexed: the index has to be made anew. */
export class RewrittenLog extends Error {
  override readonly name = "RewrittenLog";
}

function leftAt({ file, line }: IntakeState, offset: number, reason: string): SkippedLine {
  return { file, line, offset, reason };
}

/** A timestamp of more than six digits of a second, as a member of a line that may have others like it deeper down. */
const FINE_TIMESTAMP = /"timestamp"\s*:\s*"[^"]*[.,]\d{7}/;

/** What another hand wrote of an event's time past its microsecond. */
function nanosecondsOf(bytes: Uint8Array): number {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!FINE_TIMESTAMP.test(line.toString("latin1"))) return 0;
  const event: unknown = JSON.parse(line.toString());
  const isStamped = typeof event === "object" && event !== null && "timestamp" in event;
  return isStamped && typeof event.timestamp === "string" ? nanosecondsIn(event.timestamp) : 0;
}

function faultOf({ bytes, zeros }: Piece): string | undefined {
  if (zeros !== undefined) return zeros;
  const parsed = parseEventLineInDoubles(bytes);
  return parsed.ok ? undefined : parsed.reason;
}

/** Whether a segment begins so that no line of it can be read. */
function isWhollyUnread({ taken }: IntakeState, bytes: Buffer): boolean {
  return taken === 0 && isUtf16(bytes);
}

function overlongReason(length: number): string {
  return overlong(length, DEFAULT_MAX_LINE_BYTES);
}
