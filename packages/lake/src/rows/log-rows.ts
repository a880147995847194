import {
  type Line,
  LineSplitter,
  type ParsedLine,
  parseEventLineExactly,
  REPEATED,
  type SeenIds,
} from "@llm-sim/events/read";
import type { Ending } from "../tables/index.ts";

/** What stands at a place of a log: its rows, one behind the other, are all of its bytes. */
export type LogRow =
  /** An event, with what ends its line. */
  | { kind: "event"; place: number; line: Uint8Array; ending: Ending; parsed: ParsedEvent }
  /** A line that is no event. */
  | { kind: "skipped"; place: number; bytes: Uint8Array; reason: string }
  /** Blank lines, a byte order mark, and whatever else is between lines. */
  | { kind: "between"; place: number; bytes: Uint8Array }
  /** Of a compressed segment, what cannot be had. */
  | { kind: "damaged"; place: number; reason: string };
export type ParsedEvent = Extract<ParsedLine, { ok: true }>["event"];

export type Chunk = Uint8Array | { readonly damage: string };

/** Bytes of a line that is too long to be one: they are given on in pieces. */
const MOST_HELD = 80 * 1024 * 1024;
const PIECE = 8 * 1024 * 1024;
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Takes one segment apart, given in chunks of any size. */
export class SegmentRows {
  readonly #start: number;
  readonly #seen: SeenIds;
  readonly #splitter: LineSplitter;
  /** What was given and is in no row yet, and where it begins in the segment. */
  #held: Buffer = EMPTY;
  #heldAt: number;

  /**
   * @param start the place of the segment's first byte
   * @param from where in the segment the first chunk begins: a line's beginning
   */
  constructor(start: number, from: number, seen: SeenIds) {
    this.#start = start;
    this.#heldAt = from;
    this.#seen = seen;
    this.#splitter = new LineSplitter({ offset: from, line: 1 }, MAX_LINE_BYTES);
  }

  /** Where the first byte lies that is in no row yet. */
  get place(): number {
    return this.#start + this.#heldAt;
  }

  /** The rows that a chunk ends. Their bytes are valid until the next chunk. */
  async *push(chunk: Chunk): AsyncGenerator<LogRow, void, undefined> {
    if ("damage" in chunk) {
      yield* this.#rest();
      this.#splitter.damaged(chunk.damage);
      yield { kind: "damaged", place: this.place, reason: chunk.damage };
      return;
    }
    this.#held =
      this.#held.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([this.#held, chunk]);
    yield* this.#rowsOf(this.#splitter.push(chunk));
    while (this.#held.length > MOST_HELD) yield this.#piece(PIECE);
    // The chunk's memory is used again.
    this.#held = Buffer.from(this.#held);
  }

  /** The rows of what no newline ends. */
  async *end(): AsyncGenerator<LogRow, void, undefined> {
    yield* this.#rowsOf(this.#splitter.end());
    yield* this.#rest();
  }

  async *#rowsOf(lines: readonly Line[]): AsyncGenerator<LogRow, void, undefined> {
    for (const line of lines) {
      yield* this.#between(line.offset);
      const parsed = line.damage === undefined ? parseEventLineExactly(line.bytes) : undefined;
      const reason =
        parsed === undefined ? line.damage : parsed.ok ? await this.#repeated(parsed.event) : parsed.reason;
      if (parsed?.ok && reason === undefined) {
        const { place } = this;
        const bytes = this.#take(line.offset + line.bytes.length);
        const rest = this.#upTo(line.next);
        const ending = endingOf(rest);
        if (ending !== undefined) this.#take(line.next);
        yield { kind: "event", place, line: bytes, ending: ending ?? "none", parsed: parsed.event };
      } else {
        while (line.next - this.#heldAt > PIECE) yield this.#piece(PIECE);
        yield { kind: "skipped", place: this.place, bytes: this.#take(line.next), reason: reason ?? "" };
      }
    }
  }

  async #repeated({ event_id }: ParsedEvent): Promise<string | undefined> {
    return this.#seen.addAscending(event_id) || (await this.#seen.add(event_id)) ? undefined : REPEATED;
  }

  #rest(): Generator<LogRow, void, undefined> {
    return this.#between(this.#heldAt + this.#held.length);
  }

  /** Always cut at the same places, however the chunks fall: another may have given on a part of it. */
  *#between(end: number): Generator<LogRow, void, undefined> {
    while (end > this.#heldAt) yield this.#piece(Math.min(PIECE, end - this.#heldAt));
  }

  #piece(length: number): LogRow {
    return { kind: "between", place: this.place, bytes: this.#take(this.#heldAt + length) };
  }

  /** What is held up to a byte of the segment, without taking it. */
  #upTo(end: number): Buffer {
    return this.#held.subarray(0, Math.max(0, end - this.#heldAt));
  }

  #take(end: number): Buffer {
    const taken = this.#upTo(end);
    this.#held = this.#held.subarray(taken.length);
    this.#heldAt += taken.length;
    return taken;
  }
}

const EMPTY = Buffer.alloc(0);

/** `undefined` where it is none that has a name. */
function endingOf(bytes: Buffer): Ending | undefined {
  const [first, second] = bytes;
  if (bytes.length === 0) return "none";
  if (bytes.length === 1 && first === 0x0a) return "lf";
  return bytes.length === 2 && first === 0x0d && second === 0x0a ? "crlf" : undefined;
}
