/** Growing by an eighth keeps the slack small; every element is copied about nine times over a life of appends. */
export function grownCapacity(capacity: number, needed: number): number {
  return Math.max(needed, capacity + (capacity >> 3), 1024);
}

/** Whether copying is worth what it gives back: a sixteenth is not, and what was never written takes no memory yet. */
export function isSlack(capacity: number, filled: number): boolean {
  return capacity - filled > filled >> 4;
}

/** Row numbers in a typed array that grows. */
export class Uint32List {
  values: Uint32Array;
  length: number;
  readonly #isTransient: boolean;

  /** @param isTransient it doubles, being short-lived */
  constructor(values: Uint32Array = new Uint32Array(0), isTransient = false) {
    this.values = values;
    this.length = values.length;
    this.#isTransient = isTransient;
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(this.length + 1);
    this.values[this.length++] = value;
  }

  has(value: number): boolean {
    for (let index = 0; index < this.length; index++) if (this.values[index] === value) return true;
    return false;
  }

  reserve(needed: number): void {
    if (needed <= this.values.length) return;
    const capacity = this.values.length;
    const grown = new Uint32Array(
      this.#isTransient ? Math.max(needed, capacity * 2) : grownCapacity(capacity, needed),
    );
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }

  trim(): void {
    if (isSlack(this.values.length, this.length)) this.values = this.values.slice(0, this.length);
  }

  /** The filled part. */
  view(): Uint32Array {
    return this.values.subarray(0, this.length);
  }

  get bytes(): number {
    return this.values.byteLength;
  }
}
