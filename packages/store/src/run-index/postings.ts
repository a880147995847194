import { Uint32List } from "./growable.ts";

// Packing costs a pass over everything: done when what is loose has grown to a quarter, or to this.
const LOOSE_LIMIT = 65_536;

/** The rows of one key: those that are packed with the others', and what has come since. */
export interface Entries {
  packed: Uint32Array;
  recent: Uint32Array;
}

/** The arrays of a frozen part's posting lists of one kind. */
export interface PackedPostings {
  /** The keys that have entries, ascending. */
  keys: Uint32Array;
  /** Where the entries of each begin; one more than there are keys. */
  starts: Uint32Array;
  rows: Uint32Array;
}

const NOTHING: Uint32Array = new Uint32Array(0);

/**
 * Posting lists of a growing part under dense integer keys: four bytes an entry once packed. Rows, counted from the part's first, are
 * added in ascending order.
 */
export class Postings {
  #starts: Uint32Array = new Uint32Array(1);
  #rows = NOTHING;
  #recent = new Map<number, Uint32List>();
  #recentCount = 0;
  readonly #newKeys = new Uint32List(new Uint32Array(0), true);
  readonly #newRows = new Uint32List(new Uint32Array(0), true);

  /** @param frozen of a part that grows again */
  constructor(frozen?: PackedPostings) {
    const last = frozen?.keys.at(-1);
    if (frozen === undefined || last === undefined) return;
    this.#rows = frozen.rows;
    this.#starts = new Uint32Array(last + 2);
    let place = 0;
    for (let key = 0; key <= last; key++) {
      this.#starts[key] = frozen.starts[place] ?? 0;
      if (frozen.keys[place] === key) place++;
    }
    this.#starts[last + 1] = frozen.rows.length;
  }

  add(key: number, row: number): void {
    this.#newKeys.push(key);
    this.#newRows.push(row);
  }

  of(key: number): Entries {
    this.#settle();
    return { packed: this.#packed(key), recent: this.#recent.get(key)?.view() ?? NOTHING };
  }

  /** One more than the highest key there may be entries for. */
  get keys(): number {
    this.#settle();
    let keys = this.#starts.length - 1;
    for (const key of this.#recent.keys()) keys = Math.max(keys, key + 1);
    return keys;
  }

  /** Packs everything. */
  pack(): void {
    const { keys } = this;
    if (this.#recentCount === 0) return;
    const starts = new Uint32Array(keys + 1);
    for (let key = 0; key < keys; key++) {
      starts[key + 1] = (starts[key] ?? 0) + this.#packed(key).length + (this.#recent.get(key)?.length ?? 0);
    }
    const rows = new Uint32Array(starts[keys] ?? 0);
    for (let key = 0; key < keys; key++) {
      const packed = this.#packed(key);
      rows.set(packed, starts[key]);
      const recent = this.#recent.get(key);
      if (recent !== undefined) rows.set(recent.view(), (starts[key] ?? 0) + packed.length);
    }
    this.#replace(starts, rows);
  }

  /** Packs everything; what comes later leaves these arrays as they are. */
  packed(): PackedPostings {
    this.pack();
    const keys = new Uint32List();
    const starts = new Uint32List();
    for (let key = 0; key + 1 < this.#starts.length; key++) {
      if (this.#starts[key] === this.#starts[key + 1]) continue;
      keys.push(key);
      starts.push(this.#starts[key] ?? 0);
    }
    starts.push(this.#rows.length);
    return { keys: keys.view().slice(), starts: starts.view().slice(), rows: this.#rows };
  }

  get bytes(): number {
    return this.#starts.byteLength + this.#rows.byteLength + this.#recentCount * 8 + this.#newKeys.bytes * 2;
  }

  #packed(key: number): Uint32Array {
    return this.#rows.subarray(
      this.#starts[key] ?? this.#rows.length,
      this.#starts[key + 1] ?? this.#rows.length,
    );
  }

  #settle(): void {
    const added = this.#newRows.length;
    if (added === 0) return;
    if (added + this.#recentCount > Math.max(LOOSE_LIMIT, this.#rows.length >> 2)) {
      this.#merge();
      return;
    }
    for (let index = 0; index < added; index++) {
      const key = this.#newKeys.values[index] ?? 0;
      const row = this.#newRows.values[index] ?? 0;
      const recent = this.#recent.get(key);
      if (recent === undefined) this.#recent.set(key, new Uint32List(Uint32Array.of(row), true));
      else recent.push(row);
    }
    this.#recentCount += added;
    this.#forgetNew();
  }

  /** Counting sort by key of what is new, behind what was packed and recent. */
  #merge(): void {
    const added = this.#newRows.length;
    const newKeys = this.#newKeys.values;
    const newRows = this.#newRows.values;
    let keys = this.#starts.length - 1;
    for (const key of this.#recent.keys()) keys = Math.max(keys, key + 1);
    for (let index = 0; index < added; index++) keys = Math.max(keys, (newKeys[index] ?? 0) + 1);

    const starts = new Uint32Array(keys + 1);
    for (let index = 0; index < added; index++) {
      const key = newKeys[index] ?? 0;
      starts[key + 1] = (starts[key + 1] ?? 0) + 1;
    }
    for (let key = 0; key < keys; key++) {
      const old = this.#packed(key).length + (this.#recent.get(key)?.length ?? 0);
      starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0) + old;
    }
    const rows = new Uint32Array(starts[keys] ?? 0);
    const next = starts.slice();
    for (let key = 0; key < keys; key++) {
      const packed = this.#packed(key);
      rows.set(packed, starts[key]);
      const recent = this.#recent.get(key)?.view() ?? NOTHING;
      rows.set(recent, (starts[key] ?? 0) + packed.length);
      next[key] = (starts[key] ?? 0) + packed.length + recent.length;
    }
    for (let index = 0; index < added; index++) {
      const key = newKeys[index] ?? 0;
      const place = next[key] ?? 0;
      rows[place] = newRows[index] ?? 0;
      next[key] = place + 1;
    }
    this.#forgetNew();
    this.#replace(starts, rows);
  }

  #replace(starts: Uint32Array, rows: Uint32Array): void {
    this.#starts = starts;
    this.#rows = rows;
    this.#recent = new Map();
    this.#recentCount = 0;
  }

  #forgetNew(): void {
    this.#newKeys.length = 0;
    this.#newRows.length = 0;
    this.#newKeys.trim();
    this.#newRows.trim();
  }
}
