import { turns } from "@llm-sim/store/port";
import { LakeError } from "../errors.ts";

/** Reads rows of RowBinary out of pieces of any size. */
export class RowReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Whether another row begins here. Millions of rows are read beside all else that goes on in the thread: this takes turns with it. */
  async hasMore(): Promise<boolean> {
    if (turns.isDue) await turns.next();
    return this.#at < this.#held.length || (await this.#fill(1));
  }

  async byte(): Promise<number> {
    await this.#need(1);
    return this.#held[this.#at++] ?? 0;
  }

  async uint32(): Promise<number> {
    await this.#need(4);
    this.#at += 4;
    return this.#held.readUInt32LE(this.#at - 4);
  }

  /** Up to 2^53. */
  async uint64(): Promise<number> {
    await this.#need(8);
    const value = this.#held.readUInt32LE(this.#at) + 2 ** 32 * this.#held.readUInt32LE(this.#at + 4);
    this.#at += 8;
    return value;
  }

  /** An array of those. */
  async uint64s(): Promise<number[]> {
    const numbers: number[] = [];
    for (let left = await this.#length(); left > 0; left--) numbers.push(await this.uint64());
    return numbers;
  }

  async float64(): Promise<number> {
    await this.#need(8);
    this.#at += 8;
    return this.#held.readDoubleLE(this.#at - 8);
  }

  /** @returns a view of what came, which nobody changes */
  async bytes(): Promise<Buffer> {
    const length = await this.#length();
    await this.#need(length);
    this.#at += length;
    return this.#held.subarray(this.#at - length, this.#at);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString();
  }

  async #length(): Promise<number> {
    let length = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = await this.byte();
      length += (byte % 128) * scale;
      if (byte < 128) return length;
    }
  }

  async #need(count: number): Promise<void> {
    if (this.#held.length - this.#at >= count || (await this.#fill(count))) return;
    throw new LakeError("LAKE_UNREACHABLE", "The lake's answer ends within a row: try again.");
  }

  async #fill(count: number): Promise<boolean> {
    const pieces: Uint8Array[] = [this.#held.subarray(this.#at)];
    let length = this.#held.length - this.#at;
    this.#at = 0;
    while (length < count) {
      const { done, value } = await this.#pieces.next();
      if (done) break;
      pieces.push(value);
      length += value.length;
    }
    this.#held = Buffer.concat(pieces);
    return length >= count;
  }
}
