import type { EventFields } from "./event-fields.ts";
import { grownCapacity, isSlack } from "./growable.ts";
import {
  type ColumnArrays,
  type ColumnBytes,
  type ColumnReals,
  type ColumnWords,
  OneBlock,
  UPCAST,
} from "./part-arrays.ts";
import { ULID_WORDS } from "./ulid.ts";

/** One typed array per field, 49 bytes an event. */
export class GrowingColumns {
  rows = 0;
  #capacity = 0;
  address: Float64Array = new Float64Array(0);
  length: Uint32Array = new Uint32Array(0);
  time: Float64Array = new Float64Array(0);
  turn: Float64Array = new Float64Array(0);
  agent: Uint32Array = new Uint32Array(0);
  kindAndForm: Uint8Array = new Uint8Array(0);
  /** Empty as long as no event has any, which is so but in logs of other hands. */
  nanoseconds: Uint32Array = new Uint32Array(0);
  /** Four words a row. */
  id: Uint32Array = new Uint32Array(0);

  constructor(frozen?: ColumnArrays, rows = 0) {
    if (frozen === undefined) return;
    Object.assign(this, frozen);
    // The first addition copies them.
    this.rows = rows;
    this.#capacity = rows;
  }

  add(fields: EventFields, address: number, length: number, needsUpcast: boolean): void {
    const { rows } = this;
    if (rows === this.#capacity) this.#resize(grownCapacity(this.#capacity, rows + 1));
    this.address[rows] = address;
    this.length[rows] = length;
    this.time[rows] = fields.time;
    if (fields.nanoseconds > 0 || this.nanoseconds.length > 0) this.#addNanoseconds(rows, fields.nanoseconds);
    this.turn[rows] = fields.turn;
    this.agent[rows] = fields.agent;
    this.kindAndForm[rows] = needsUpcast ? fields.kind | UPCAST : fields.kind;
    const at = rows * ULID_WORDS;
    for (let word = 0; word < ULID_WORDS; word++) this.id[at + word] = fields.id[word] ?? 0;
    this.rows = rows + 1;
  }

  reserve(rows: number): void {
    if (rows > this.#capacity) this.#resize(rows);
  }

  trim(): void {
    if (isSlack(this.#capacity, this.rows)) this.#resize(this.rows);
  }

  wordBlocks(name: ColumnWords): OneBlock<Uint32Array> {
    return new OneBlock(this[name]);
  }

  realBlocks(name: ColumnReals): OneBlock<Float64Array> {
    return new OneBlock(this[name]);
  }

  byteBlocks(name: ColumnBytes): OneBlock<Uint8Array> {
    return new OneBlock(this[name]);
  }

  get held(): number {
    return this.#capacity * 49 + this.nanoseconds.byteLength;
  }

  /** What is filled, in arrays that nothing is added to: they are these where there is no room in them. */
  filled(): ColumnArrays {
    const { rows } = this;
    return {
      address: filled(this.address, rows),
      length: filled(this.length, rows),
      time: filled(this.time, rows),
      nanoseconds: filled(this.nanoseconds, rows),
      turn: filled(this.turn, rows),
      agent: filled(this.agent, rows),
      kindAndForm: filled(this.kindAndForm, rows),
      id: filled(this.id, rows * ULID_WORDS),
    };
  }

  #addNanoseconds(row: number, nanoseconds: number): void {
    if (row >= this.nanoseconds.length)
      this.nanoseconds = moved(
        this.nanoseconds,
        new Uint32Array(this.#capacity),
        Math.min(row, this.nanoseconds.length),
      );
    this.nanoseconds[row] = nanoseconds;
  }

  #resize(capacity: number): void {
    const { rows } = this;
    this.address = moved(this.address, new Float64Array(capacity), rows);
    this.length = moved(this.length, new Uint32Array(capacity), rows);
    this.time = moved(this.time, new Float64Array(capacity), rows);
    this.turn = moved(this.turn, new Float64Array(capacity), rows);
    this.agent = moved(this.agent, new Uint32Array(capacity), rows);
    this.kindAndForm = moved(this.kindAndForm, new Uint8Array(capacity), rows);
    this.id = moved(this.id, new Uint32Array(capacity * ULID_WORDS), rows * ULID_WORDS);
    this.#capacity = capacity;
  }
}

function filled<T extends Float64Array | Uint32Array | Uint8Array>(array: T, length: number): T;
function filled(array: Float64Array | Uint32Array | Uint8Array, length: number): typeof array {
  return array.length <= length ? array : array.slice(0, length);
}

function moved<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T, count: number): T {
  to.set(from.subarray(0, count));
  return to;
}
