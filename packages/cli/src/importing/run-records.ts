const FIRST_CAPACITY = 1024;

/** Where in the file a record stands. */
export interface PlacedRecord {
  offset: number;
  length: number;
  line: number;
}

/** What records are put in order by: the first of the two, then the second. */
export type OrderKey = readonly [number, number];

/**
 * Where the records of one run stand, and what they are put in order by: 32 bytes a record, so that a file need not fit into memory
 * to be put into order.
 */
export class RunRecords {
  count = 0;
  /** How many have to be moved to an earlier place. */
  moved = 0;
  #offsets = new Float64Array(FIRST_CAPACITY);
  #firsts = new Float64Array(FIRST_CAPACITY);
  #seconds = new Float64Array(FIRST_CAPACITY);
  #lengths = new Uint32Array(FIRST_CAPACITY);
  #lines = new Uint32Array(FIRST_CAPACITY);
  #highest: OrderKey | undefined;

  add({ offset, length, line }: PlacedRecord, key: OrderKey): void {
    const [first, second] = key;
    const at = this.count++;
    if (at === this.#offsets.length) this.#grow();
    this.#offsets[at] = offset;
    this.#firsts[at] = first;
    this.#seconds[at] = second;
    this.#lengths[at] = length;
    this.#lines[at] = line;
    const highest = this.#highest;
    if (highest === undefined || first > highest[0] || (first === highest[0] && second >= highest[1])) {
      this.#highest = key;
    } else this.moved++;
  }

  /** In order of their keys; where these are the same, as they stand in the file. */
  *inOrder(): Generator<PlacedRecord, void, undefined> {
    if (this.moved === 0) {
      for (let at = 0; at < this.count; at++) yield this.#at(at);
      return;
    }
    const order = Uint32Array.from({ length: this.count }, (_, at) => at);
    const [firsts, seconds] = [this.#firsts, this.#seconds];
    const key = (keys: Float64Array, at: number) => keys[at] ?? 0;
    order.sort((a, b) => key(firsts, a) - key(firsts, b) || key(seconds, a) - key(seconds, b) || a - b);
    for (const at of order) yield this.#at(at);
  }

  #at(at: number): PlacedRecord {
    return {
      offset: this.#offsets[at] ?? 0,
      length: this.#lengths[at] ?? 0,
      line: this.#lines[at] ?? 0,
    };
  }

  #grow(): void {
    const capacity = this.#offsets.length * 2;
    const wider = <T extends Float64Array | Uint32Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.#offsets = wider(new Float64Array(capacity), this.#offsets);
    this.#firsts = wider(new Float64Array(capacity), this.#firsts);
    this.#seconds = wider(new Float64Array(capacity), this.#seconds);
    this.#lengths = wider(new Uint32Array(capacity), this.#lengths);
    this.#lines = wider(new Uint32Array(capacity), this.#lines);
  }
}
