import type { EventFields } from "./event-fields.ts";
import { grownCapacity, isSlack } from "./growable.ts";
import { ULID_WORDS } from "./ulid.ts";

/** The line is no native one: it is upcast before it is served. */
export const UPCAST = 0x80;
const KIND_MASK = 0x7f;

/** One typed array per field, 49 bytes an event; a row is the event's place in the log. */
export class Columns {
  rows = 0;
  #capacity = 0;
  #address: Float64Array = new Float64Array(0);
  #length: Uint32Array = new Uint32Array(0);
  #time: Float64Array = new Float64Array(0);
  #turn: Float64Array = new Float64Array(0);
  #agent: Uint32Array = new Uint32Array(0);
  #kindAndForm: Uint8Array = new Uint8Array(0);
  /** Empty as long as no event has any, which is so but in logs of other hands. */
  #nanoseconds: Uint32Array = new Uint32Array(0);
  /** Four words a row. */
  id: Uint32Array = new Uint32Array(0);

  /** Where the line begins in the run's lines laid end to end, in bytes. */
  address(row: number): number {
    return this.#address[row] ?? 0;
  }

  /** Of the line, in bytes. */
  length(row: number): number {
    return this.#length[row] ?? 0;
  }

  /** Microseconds since 1970. */
  time(row: number): number {
    return this.#time[row] ?? 0;
  }

  /** Past the microsecond. */
  nanoseconds(row: number): number {
    return this.#nanoseconds[row] ?? 0;
  }

  turn(row: number): number {
    return this.#turn[row] ?? 0;
  }

  /** Its code, or NO_AGENT. */
  agent(row: number): number {
    return this.#agent[row] ?? 0;
  }

  /** Index into EVENT_TYPES. */
  kind(row: number): number {
    return (this.#kindAndForm[row] ?? 0) & KIND_MASK;
  }

  needsUpcast(row: number): boolean {
    return ((this.#kindAndForm[row] ?? 0) & UPCAST) !== 0;
  }

  /** @returns the row */
  add(fields: EventFields, address: number, length: number, needsUpcast: boolean): number {
    const row = this.rows;
    if (row === this.#capacity) this.#resize(grownCapacity(this.#capacity, row + 1));
    this.#address[row] = address;
    this.#length[row] = length;
    this.#time[row] = fields.time;
    if (fields.nanoseconds > 0 || this.#nanoseconds.length > 0) this.#addNanoseconds(row, fields.nanoseconds);
    this.#turn[row] = fields.turn;
    this.#agent[row] = fields.agent;
    this.#kindAndForm[row] = needsUpcast ? fields.kind | UPCAST : fields.kind;
    const at = row * ULID_WORDS;
    for (let word = 0; word < ULID_WORDS; word++) this.id[at + word] = fields.id[word] ?? 0;
    this.rows = row + 1;
    return row;
  }

  /** Negative where the row's event comes before the moment. */
  compareTime(row: number, time: number, nanoseconds: number): number {
    return (this.#time[row] ?? 0) - time || (this.#nanoseconds[row] ?? 0) - nanoseconds;
  }

  reserve(rows: number): void {
    if (rows > this.#capacity) this.#resize(rows);
  }

  trim(): void {
    if (isSlack(this.#capacity, this.rows)) this.#resize(this.rows);
  }

  get bytes(): number {
    return this.#capacity * 49 + this.#nanoseconds.byteLength;
  }

  /** The filled parts by name, as they are saved. */
  arrays(): Record<string, ArrayBufferView> {
    const { rows } = this;
    return {
      address: this.#address.subarray(0, rows),
      length: this.#length.subarray(0, rows),
      time: this.#time.subarray(0, rows),
      nanoseconds: this.#nanoseconds.subarray(0, rows),
      turn: this.#turn.subarray(0, rows),
      agent: this.#agent.subarray(0, rows),
      kindAndForm: this.#kindAndForm.subarray(0, rows),
      id: this.id.subarray(0, rows * ULID_WORDS),
    };
  }

  #addNanoseconds(row: number, nanoseconds: number): void {
    if (row >= this.#nanoseconds.length)
      this.#nanoseconds = moved(
        this.#nanoseconds,
        new Uint32Array(this.#capacity),
        Math.min(row, this.#nanoseconds.length),
      );
    this.#nanoseconds[row] = nanoseconds;
  }

  #resize(capacity: number): void {
    const { rows } = this;
    this.#address = moved(this.#address, new Float64Array(capacity), rows);
    this.#length = moved(this.#length, new Uint32Array(capacity), rows);
    this.#time = moved(this.#time, new Float64Array(capacity), rows);
    this.#turn = moved(this.#turn, new Float64Array(capacity), rows);
    this.#agent = moved(this.#agent, new Uint32Array(capacity), rows);
    this.#kindAndForm = moved(this.#kindAndForm, new Uint8Array(capacity), rows);
    this.id = moved(this.id, new Uint32Array(capacity * ULID_WORDS), rows * ULID_WORDS);
    this.#capacity = capacity;
  }

  /** Columns over arrays that were saved; the first addition copies them. */
  static from(saved: SavedColumns, rows: number): Columns {
    const columns = new Columns();
    columns.#address = saved.address;
    columns.#length = saved.length;
    columns.#time = saved.time;
    columns.#nanoseconds = saved.nanoseconds;
    columns.#turn = saved.turn;
    columns.#agent = saved.agent;
    columns.#kindAndForm = saved.kindAndForm;
    columns.id = saved.id;
    columns.rows = rows;
    columns.#capacity = rows;
    return columns;
  }
}

export interface SavedColumns {
  address: Float64Array;
  length: Uint32Array;
  time: Float64Array;
  nanoseconds: Uint32Array;
  turn: Float64Array;
  agent: Uint32Array;
  kindAndForm: Uint8Array;
  id: Uint32Array;
}

function moved<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T, count: number): T {
  to.set(from.subarray(0, count));
  return to;
}
