const FIRST_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Rows of one table as RowBinary (https://clickhouse.com/docs/interfaces/formats/RowBinary), with the place of each, so that those
 * behind a place can be had without being written anew.
 */
export class RowWriter {
  #bytes: Buffer = NOTHING;
  #length = 0;
  readonly #places: number[] = [];
  readonly #starts: number[] = [];

  get rows(): number {
    return this.#places.length;
  }

  get size(): number {
    return this.#length;
  }

  /** The place of the last row; -1 where there is none. */
  get last(): number {
    return this.#places.at(-1) ?? -1;
  }

  /** The place of the first row that lies behind another place; `undefined` where none does. */
  firstBehind(place: number): number | undefined {
    return this.#places[this.#indexBehind(place)];
  }

  /** The rows that lie behind a place. */
  behind(place: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[this.#indexBehind(place)] ?? this.#length, this.#length);
  }

  /** The rows that lie at a place or before it. */
  upTo(place: number): Uint8Array {
    return this.#bytes.subarray(0, this.#starts[this.#indexBehind(place)] ?? this.#length);
  }

  /** @param place at least that of the row before */
  begin(place: number): void {
    this.#places.push(place);
    this.#starts.push(this.#length);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  uint32(value: number): void {
    this.#room(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  /** @param value up to 2^53 */
  uint64(value: number): void {
    this.#room(8);
    this.#bytes.writeUInt32LE(value % WORD, this.#length);
    this.#length = this.#bytes.writeUInt32LE(Math.floor(value / WORD), this.#length + 4);
  }

  /** @param value a safe integer */
  int64(value: number): void {
    const low = ((value % WORD) + WORD) % WORD;
    this.#room(8);
    this.#bytes.writeUInt32LE(low, this.#length);
    this.#length = this.#bytes.writeInt32LE((value - low) / WORD, this.#length + 4);
  }

  float64(value: number): void {
    this.#room(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** A `Nullable(UInt64)`. */
  optionalUint64(value: number | undefined): void {
    this.byte(value === undefined ? 1 : 0);
    if (value !== undefined) this.uint64(value);
  }

  /** A `Nullable(Float64)`. */
  optionalFloat64(value: number | undefined): void {
    this.byte(value === undefined ? 1 : 0);
    if (value !== undefined) this.float64(value);
  }

  text(value: string): void {
    const { length } = value;
    // Most are short and plain: their length in bytes is that in characters.
    this.#room(3 * length + MOST_OF_LENGTH);
    const at = this.#length;
    if (length < ONE_BYTE) {
      const written = this.#bytes.write(value, at + 1);
      if (written < ONE_BYTE) {
        this.#bytes[at] = written;
        this.#length = at + 1 + written;
        return;
      }
    }
    this.length(Buffer.byteLength(value));
    this.#length += this.#bytes.write(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.#room(value.length + MOST_OF_LENGTH);
    this.length(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  texts(values: readonly string[]): void {
    this.length(values.length);
    for (const value of values) this.text(value);
  }

  /** Of a text or an array: LEB128. */
  length(value: number): void {
    this.#room(MOST_OF_LENGTH);
    let left = value;
    while (left >= ONE_BYTE) {
      this.#bytes[this.#length++] = (left % ONE_BYTE) + ONE_BYTE;
      left = Math.floor(left / ONE_BYTE);
    }
    this.#bytes[this.#length++] = left;
  }

  #indexBehind(place: number): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] ?? 0) > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, 2 * this.#bytes.length, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const WORD = 2 ** 32;
const ONE_BYTE = 128;
const MOST_OF_LENGTH = 8;
