/**
 * How often each bit was set in the sets added: counts are kept bit-sliced, one plane of words for each binary digit, so that
 * adding a set costs about two operations a word, however many bits it has. (Counting bit by bit took 20 times as long
 * where every decision leads to nearly everything.)
 */
export class BitCounts {
  readonly #words: number;
  readonly #planes: Uint32Array[] = [];

  constructor(words: number) {
    this.#words = words;
  }

  /** Adds the set whose words begin at `at`. */
  add(bits: Uint32Array, at: number): void {
    for (let word = 0; word < this.#words; word++) {
      let carry = bits[at + word] ?? 0;
      for (let digit = 0; carry !== 0; digit++) {
        const plane = this.#plane(digit);
        const before = plane[word] ?? 0;
        plane[word] = before ^ carry;
        carry = before & carry;
      }
    }
  }

  of(bit: number): number {
    let count = 0;
    for (const [digit, plane] of this.#planes.entries()) {
      if ((((plane[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1) count += 2 ** digit;
    }
    return count;
  }

  #plane(digit: number): Uint32Array {
    let plane = this.#planes[digit];
    if (plane === undefined) {
      plane = new Uint32Array(this.#words);
      this.#planes[digit] = plane;
    }
    return plane;
  }
}
