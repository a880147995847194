/** A code for each name, in order of appearance; looked up by text or, without making any text, by its bytes in JSON. */
export class NameTable {
  readonly #names: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #accepts: (name: string) => boolean;
  // Open addressing over the JSON spellings seen; several may stand for one name.
  #slots = new Int32Array(256).fill(-1);
  readonly #spellings: { text: DataView; hash: number; code: number }[] = [];

  /** `accepts` judges a name when it is first seen in bytes. */
  constructor(accepts: (name: string) => boolean = () => true) {
    this.#accepts = accepts;
  }

  get size(): number {
    return this.#names.length;
  }

  /** All names, by code. */
  get names(): readonly string[] {
    return this.#names;
  }

  name(code: number): string | undefined {
    return this.#names[code];
  }

  find(name: string): number | undefined {
    return this.#codes.get(name);
  }

  intern(name: string): number {
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    this.#names.push(name);
    this.#codes.set(name, this.#names.length - 1);
    return this.#names.length - 1;
  }

  /** The code of the JSON string whose inside is at `start` (to `end`, exclusive); -1 where it is not acceptable. */
  internBytes(view: DataView, start: number, end: number): number {
    const hash = hashOf(view, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#spellings[this.#slots[slot] ?? -1];
      if (entry === undefined) return this.#learn(view, start, end, hash);
      if (entry.hash === hash && isSame(entry.text, view, start, end)) return entry.code;
    }
  }

  #learn(view: DataView, start: number, end: number, hash: number): number {
    const spelling = new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice();
    const name: unknown = JSON.parse(`"${Buffer.from(spelling).toString("utf8")}"`);
    if (typeof name !== "string" || !this.#accepts(name)) return -1;
    const code = this.intern(name);
    this.#spellings.push({ text: new DataView(spelling.buffer), hash, code });
    if (this.#spellings.length * 2 > this.#slots.length)
      this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    else {
      this.#place(this.#spellings.length - 1, hash);
      return code;
    }
    for (const [index, entry] of this.#spellings.entries()) this.#place(index, entry.hash);
    return code;
  }

  #place(index: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
    this.#slots[slot] = index;
  }
}

// Four bytes at a time: fewer steps than single bytes take.

function hashOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at), 0x9e3779b1);
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

function isSame(known: DataView, view: DataView, start: number, end: number): boolean {
  if (known.byteLength !== end - start) return false;
  let at = start;
  for (; at + 4 <= end; at += 4) if (known.getInt32(at - start) !== view.getInt32(at)) return false;
  for (; at < end; at++) if (known.getUint8(at - start) !== view.getUint8(at)) return false;
  return true;
}
