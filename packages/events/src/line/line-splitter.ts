import { isUtf16, piecesOf, UTF_16 } from "./pieces.ts";

/** Four times the largest event there can be: past it a line is no event, and is not held in memory. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const NEWLINE = 0x0a;
/** As many bytes of a segment tell how its characters are written. */
const HEAD_BYTES = 4;

/** One line of a segment, blank ones excepted; of a line with zeros in it, one of its pieces. */
export interface Line {
  /** Without its line end. A view: valid until the next batch is asked for. Empty where the line is damaged. */
  bytes: Uint8Array;
  /** Where it begins, in bytes of the uncompressed segment. */
  offset: number;
  /** Where the next one begins: where `terminated` by a newline, what to read on from. */
  next: number;
  /** From 1, blank lines counted. */
  line: number;
  /** Whether a newline ends it, or another piece follows; only a segment's last one may be without. */
  terminated: boolean;
  /** Why its bytes cannot be had (zeros, a length past the limit, damaged gzip, UTF-16); `undefined` of nearly every line. */
  damage: string | undefined;
}

/** A place between two lines of a segment. */
export interface Position {
  offset: number;
  line: number;
}

/** Splits a segment's bytes, given in chunks of any size, into its lines. It holds at most one unfinished line. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #line: number;
  /** Where the chunk to come begins. */
  #offset: number;
  /** Where the unfinished line begins, and the pieces of it that are held; none where it is too long. */
  #unfinishedAt: number;
  #held: Buffer[] = [];
  #heldZeros = false;
  /** The segment's first bytes, until there are enough of them. */
  #head: Buffer | undefined;
  #isUtf16 = false;

  constructor(from: Position, maxLineBytes: number) {
    this.#offset = from.offset;
    this.#unfinishedAt = from.offset;
    this.#line = from.line;
    this.#maxLineBytes = maxLineBytes;
    if (from.offset === 0) this.#head = EMPTY;
  }

  /** The lines that a chunk ends. They are views of it, but for the first. */
  push(given: Uint8Array): Line[] {
    const chunk = Buffer.isBuffer(given)
      ? given
      : Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    if (this.#head === undefined) return this.#split(chunk);
    const head = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
    if (head.length < HEAD_BYTES) {
      this.#head = Buffer.from(head);
      return [];
    }
    this.#head = undefined;
    this.#isUtf16 = isUtf16(head);
    return this.#split(head);
  }

  /** The last line, where no newline ends it. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.#head !== undefined) {
      const head = this.#head;
      this.#head = undefined;
      this.#isUtf16 = isUtf16(head);
      lines.push(...this.#split(head));
    }
    if (this.#isUtf16) return [{ ...this.damaged(UTF_16), terminated: true }];
    if (this.#unfinishedAt < this.#offset) {
      const zeros = this.#heldZeros;
      this.#emit(lines, this.#takeHeld(), this.#unfinishedAt, this.#offset, false, zeros);
      this.#unfinishedAt = this.#offset;
    }
    return lines;
  }

  /** Stands for all from the unfinished line on, which cannot be read. */
  damaged(reason: string): Line {
    const offset = this.#unfinishedAt;
    this.#held = [];
    this.#heldZeros = false;
    this.#offset += this.#head?.length ?? 0;
    this.#head = undefined;
    this.#unfinishedAt = this.#offset;
    return {
      bytes: EMPTY,
      offset,
      next: this.#offset,
      line: this.#line++,
      terminated: true,
      damage: reason,
    };
  }

  #split(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    const base = this.#offset;
    this.#offset = base + chunk.length;
    if (this.#isUtf16) return lines;
    // Zeros are looked for once a chunk, not once a line.
    const zeros = chunk.includes(0);
    let start = 0;
    let end = chunk.indexOf(NEWLINE);
    if (end !== -1 && this.#unfinishedAt < base) {
      this.#hold(chunk.subarray(0, end), base + end);
      const heldZeros = this.#heldZeros || zeros;
      this.#emit(lines, this.#takeHeld(), this.#unfinishedAt, base + end + 1, true, heldZeros);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    while (end !== -1) {
      this.#emit(lines, chunk.subarray(start, end), base + start, base + end + 1, true, zeros);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    if (start > 0) this.#unfinishedAt = base + start;
    if (start < chunk.length) {
      this.#heldZeros ||= zeros;
      this.#hold(chunk.subarray(start), this.#offset);
    }
    return lines;
  }

  /** @param end where the piece ends in the segment */
  #hold(piece: Buffer, end: number): void {
    if (end - this.#unfinishedAt > this.#maxLineBytes) this.#held = [];
    else this.#held.push(Buffer.from(piece)); // a copy: the chunk's memory is used again
  }

  #takeHeld(): Buffer {
    const [first = EMPTY, ...rest] = this.#held;
    const bytes = rest.length === 0 ? first : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldZeros = false;
    return bytes;
  }

  #emit(
    lines: Line[],
    bytes: Buffer,
    offset: number,
    next: number,
    terminated: boolean,
    mayHaveZeros: boolean,
  ): void {
    const line = this.#line++;
    const length = next - offset - (terminated ? 1 : 0);
    if (length > this.#maxLineBytes) {
      lines.push({
        bytes: EMPTY,
        offset,
        next,
        line,
        terminated,
        damage: overlong(length, this.#maxLineBytes),
      });
      return;
    }
    const pieces = piecesOf(bytes, offset, mayHaveZeros);
    for (const [index, piece] of pieces.entries()) {
      const following = pieces[index + 1];
      lines.push({
        bytes: piece.zeros ? EMPTY : piece.bytes,
        offset: piece.offset,
        next: following?.offset ?? next,
        line,
        terminated: terminated || following !== undefined,
        damage: piece.zeros,
      });
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** Why a line past the limit is not looked at. */
export function overlong(length: number, limit: number): string {
  return `a line of ${length} bytes, more than the ${limit} that are read`;
}
