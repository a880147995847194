import { randomFillSync } from "node:crypto";

// Own code because the library's monotonic factory takes 0.6 µs an id within a millisecond and tens of microseconds at
// each new one; here a new millisecond takes one draw from a pool, and an id within it an increment. The tests hold it to the library.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base32
export const DIGITS: Uint8Array = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));

/** Digits that all ids of one `IdBlock` have in common; the 4 after them count. */
export const BLOCK_DIGITS = 22;
const COUNTER_BITS = 20;
const COUNTER_END = 2 ** COUNTER_BITS;
const POOL_BYTES = 4096;
const RANDOM_BYTES = 10;

// The sequence of all blocks of sessions before.
const EARLIER = -1;

/** The ids of one millisecond: 10 digits of time and 12 of randomness, then a counter of 4 digits. */
export class IdBlock {
  /** Order among the blocks of a generator. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly digits: Uint8Array;
  readonly owner: UlidGenerator;

  constructor(owner: UlidGenerator, sequence: number, time: number, digits: Uint8Array) {
    this.owner = owner;
    this.sequence = sequence;
    this.time = time;
    this.digits = digits;
  }
}

/**
 * Monotonic ULIDs (https://github.com/ulid/spec): sorting by id is sorting by making, also when the clock steps back.
 *
 *     const ids = new UlidGenerator();
 *     ids.advance(Date.now());          // the id is now ids.block and ids.counter
 *     idText(ids.block, ids.counter);   // "01KAR…"
 */
export class UlidGenerator {
  block: IdBlock;
  counter = 0;
  #pool = new Uint8Array(POOL_BYTES);
  #poolAt = POOL_BYTES;
  /** The block of the ids that were recalled last. */
  #recalled: IdBlock | undefined;

  /** @param after an id that all others must be greater than (the last one of the session before) */
  constructor(after?: string) {
    this.block = new IdBlock(this, 0, 0, new Uint8Array(BLOCK_DIGITS).fill(DIGITS[0] ?? 0));
    if (after === undefined) return;
    const { block, counter } = this.parse(after);
    this.block = block;
    this.counter = counter;
  }

  /** An id of an earlier session, which counts as older than all that this generator makes. */
  parse(id: string): { block: IdBlock; counter: number } {
    const valueOfDigits = (digits: string) =>
      Array.from(digits).reduce((sum, digit) => sum * 32 + ALPHABET.indexOf(digit), 0);
    const block = new IdBlock(
      this,
      EARLIER,
      valueOfDigits(id.slice(0, 10)),
      Buffer.from(id.slice(0, BLOCK_DIGITS)),
    );
    return { block, counter: valueOfDigits(id.slice(BLOCK_DIGITS)) };
  }

  /**
   * An id of a log that is played again: as if it had been made here, just before. They are asked for in the log's order, and what
   * is made after them is greater.
   */
  recall(id: string): { block: IdBlock; counter: number } {
    const { block: found, counter } = this.parse(id);
    if (!this.#recalled || Buffer.compare(this.#recalled.digits, found.digits) !== 0)
      this.#recalled = new IdBlock(this, this.block.sequence + 1, found.time, found.digits);
    this.block = this.#recalled;
    this.counter = counter;
    return { block: this.block, counter };
  }

  /** Goes on to the next id, at `time` (milliseconds) or, where that has passed already, within the last one's. */
  advance(time: number): void {
    if (time > this.block.time) {
      this.#newBlock(time);
      return;
    }
    this.counter++;
    // Half a million ids in one millisecond: go on in the next, which keeps the order.
    if (this.counter === COUNTER_END) this.#newBlock(this.block.time + 1);
  }

  #newBlock(time: number): void {
    if (this.#poolAt + RANDOM_BYTES > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#poolAt = 0;
    }
    const pool = this.#pool;
    let at = this.#poolAt;
    this.#poolAt += RANDOM_BYTES;
    const digits = new Uint8Array(BLOCK_DIGITS);
    let rest = time;
    for (let digit = 9; digit >= 0; digit--) {
      const next = Math.floor(rest / 32);
      digits[digit] = DIGITS[rest - next * 32] ?? 0;
      rest = next;
    }
    // Five bits a digit, 60 of the 64 that eight bytes hold; the last two bytes start the counter.
    let bits = 0;
    let held = 0;
    for (let digit = 10; digit < BLOCK_DIGITS; digit++) {
      if (held < 5) {
        bits = (bits << 8) | (pool[at++] ?? 0);
        held += 8;
      }
      held -= 5;
      digits[digit] = DIGITS[(bits >> held) & 31] ?? 0;
      bits &= (1 << held) - 1;
    }
    this.block = new IdBlock(this, this.block.sequence + 1, time, digits);
    // The counter starts in its lower half, so that it has room to count.
    this.counter = (((pool[at] ?? 0) << 11) | ((pool[at + 1] ?? 0) << 3)) & (COUNTER_END / 2 - 1);
  }
}

/** Writes the 26 digits of an id. */
export function writeId(buffer: Uint8Array, at: number, block: IdBlock, counter: number): void {
  buffer.set(block.digits, at);
  writeCounter(buffer, at + BLOCK_DIGITS, counter);
}

/** Writes the 4 digits by which the ids of a block differ. */
export function writeCounter(buffer: Uint8Array, at: number, counter: number): void {
  buffer[at] = DIGITS[(counter >> 15) & 31] ?? 0;
  buffer[at + 1] = DIGITS[(counter >> 10) & 31] ?? 0;
  buffer[at + 2] = DIGITS[(counter >> 5) & 31] ?? 0;
  buffer[at + 3] = DIGITS[counter & 31] ?? 0;
}

/** The id as text. */
export function idText(block: IdBlock, counter: number): string {
  const bytes = Buffer.allocUnsafe(BLOCK_DIGITS + 4);
  writeId(bytes, 0, block, counter);
  return bytes.toString("latin1");
}
