const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** One line of a segment, blank ones excepted. */
export interface Line {
  /** Without its line end. A view: valid until the next batch is asked for. Empty where the line is damaged. */
  bytes: Buffer;
  /** Where it begins, in bytes of the uncompressed segment. */
  offset: number;
  /** Where the next line begins: what to read on from. */
  next: number;
  /** From 1, blank lines counted. */
  line: number;
  /** Whether it ends in a newline; only a segment's last line may not. */
  terminated: boolean;
  /** Why its bytes cannot be had; `undefined` of nearly every line. */
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
  #pieces: Buffer[] = [];

  constructor(from: Position, maxLineBytes: number) {
    this.#offset = from.offset;
    this.#unfinishedAt = from.offset;
    this.#line = from.line;
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that `chunk` ends. They are views of it, but for the first. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    const base = this.#offset;
    this.#offset = base + chunk.length;
    let start = 0;
    let end = chunk.indexOf(NEWLINE);
    if (end !== -1 && this.#unfinishedAt < base) {
      this.#hold(chunk.subarray(0, end), base + end);
      this.#emit(lines, this.#held(), this.#unfinishedAt, base + end + 1, true);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    while (end !== -1) {
      this.#emit(lines, chunk.subarray(start, end), base + start, base + end + 1, true);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    if (start > 0) this.#unfinishedAt = base + start;
    if (start < chunk.length) this.#hold(chunk.subarray(start), this.#offset);
    return lines;
  }

  /** The last line, where no newline ends it. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.#unfinishedAt < this.#offset) {
      this.#emit(lines, this.#held(), this.#unfinishedAt, this.#offset, false);
      this.#unfinishedAt = this.#offset;
    }
    return lines;
  }

  /** Stands for all from the unfinished line on, which cannot be read. */
  damaged(reason: string): Line {
    const offset = this.#unfinishedAt;
    this.#pieces = [];
    this.#unfinishedAt = this.#offset;
    return {
      bytes: EMPTY,
      offset,
      next: this.#offset,
      line: this.#line++,
      terminated: false,
      damage: reason,
    };
  }

  /** @param end where the piece ends in the segment */
  #hold(piece: Buffer, end: number): void {
    if (end - this.#unfinishedAt > this.#maxLineBytes) this.#pieces = [];
    else this.#pieces.push(Buffer.from(piece)); // a copy: the chunk's memory is used again
  }

  #held(): Buffer {
    const [first = EMPTY, ...rest] = this.#pieces;
    const bytes = rest.length === 0 ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return bytes;
  }

  #emit(lines: Line[], held: Buffer, offset: number, next: number, terminated: boolean): void {
    const line = this.#line++;
    const length = next - offset - (terminated ? 1 : 0);
    if (length > this.#maxLineBytes) {
      const damage = `a line of ${length} bytes, more than the ${this.#maxLineBytes} that are read`;
      lines.push({ bytes: EMPTY, offset, next, line, terminated, damage });
      return;
    }
    let bytes = held;
    let at = offset;
    if (bytes.length > 0 && bytes[bytes.length - 1] === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    if (offset === 0 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) {
      bytes = bytes.subarray(BYTE_ORDER_MARK.length);
      at = BYTE_ORDER_MARK.length;
    }
    if (isBlank(bytes)) return;
    lines.push({ bytes, offset: at, next, line, terminated, damage: undefined });
  }
}

const EMPTY = Buffer.alloc(0);

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) {
    // Space, tab and carriage return; whatever else is below a space is a line that says something wrong.
    if (byte !== SPACE && byte !== 0x09 && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}
