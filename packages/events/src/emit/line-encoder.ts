import { BLOCK_DIGITS, type IdBlock, writeCounter } from "./ulid.ts";

// Own code because nine tenths of an event's cost are serialisation, and JSON.stringify has to build a string that is then
// encoded once more. docs/writer-design.md has the figures.

/** Thrown where the line is longer than its room. Made once: a stack trace would cost more than the line. */
export const NO_ROOM = Symbol("no room");
/** Thrown where a value is nothing that JSON carries as it is: `toRecordable` finds out what to do with it. */
export const NOT_PLAIN = Symbol("not plain JSON");

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;

/** 1 where a byte stands for itself inside a JSON string. */
const PLAIN = new Uint8Array(128).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

// Measured on Node 20: up to here a loop over the characters is faster than a call into the runtime.
const LOOP_LENGTH = 40;
const NEEDS_ESCAPE = /["\\\p{Cc}\p{Cs}]/u;
// Deeper than any payload that means something; a cycle ends here, and toRecordable names it.
const MAX_DEPTH = 64;

/** Writes JSON as bytes into a buffer that somebody else owns. */
export class LineEncoder {
  buffer: Buffer;
  position = 0;
  limit = 0;

  constructor() {
    this.buffer = Buffer.alloc(0);
  }

  /** Bytes that are known to be right JSON. */
  bytes(bytes: Uint8Array): void {
    const end = this.position + bytes.length;
    if (end > this.limit) throw NO_ROOM;
    this.buffer.set(bytes, this.position);
    this.position = end;
  }

  byte(byte: number): void {
    if (this.position >= this.limit) throw NO_ROOM;
    this.buffer[this.position++] = byte;
  }

  id(block: IdBlock, counter: number): void {
    const end = this.position + BLOCK_DIGITS + 4;
    if (end > this.limit) throw NO_ROOM;
    this.buffer.set(block.digits, this.position);
    writeCounter(this.buffer, end - 4, counter);
    this.position = end;
  }

  integer(value: number): void {
    if (value < 0 || value > 0x7fffffff) {
      this.#ascii(String(value));
      return;
    }
    let digits = 1;
    for (let power = 10; value >= power && digits < 10; power *= 10) digits++;
    const end = this.position + digits;
    if (end > this.limit) throw NO_ROOM;
    let rest = value | 0;
    for (let at = end - 1; at >= this.position; at--) {
      const next = (rest / 10) | 0;
      this.buffer[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.position = end;
  }

  number(value: number): void {
    if ((value | 0) === value) {
      if (value < 0) {
        this.byte(MINUS);
        value = -value;
      }
      this.integer(value);
    } else if (value - value === 0) this.#ascii(String(value));
    else throw NOT_PLAIN; // NaN, Infinity
  }

  #ascii(text: string): void {
    const length = text.length;
    if (this.position + length > this.limit) throw NO_ROOM;
    const buffer = this.buffer;
    let at = this.position;
    for (let index = 0; index < length; index++) buffer[at++] = text.charCodeAt(index);
    this.position = at;
  }

  /** A JSON string, quotes included. */
  string(text: string): void {
    this.byte(QUOTE);
    this.text(text);
    this.byte(QUOTE);
  }

  /** The inside of a JSON string. */
  text(text: string): void {
    const length = text.length;
    if (length <= LOOP_LENGTH) {
      if (this.position + length > this.limit) throw NO_ROOM;
      const buffer = this.buffer;
      let at = this.position;
      for (let index = 0; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code > 127 || PLAIN[code] === 0) {
          this.#encoded(text);
          return;
        }
        buffer[at++] = code;
      }
      this.position = at;
    } else this.#encoded(text);
  }

  #encoded(text: string): void {
    let safe = text;
    if (NEEDS_ESCAPE.test(text)) {
      if (!text.isWellFormed()) throw NOT_PLAIN;
      safe = JSON.stringify(text).slice(1, -1);
    }
    // One UTF-16 unit is three bytes of UTF-8 at most; measure only where that might not fit.
    const room = this.limit - this.position;
    if (safe.length * 3 > room && Buffer.byteLength(safe) > room) throw NO_ROOM;
    this.position += this.buffer.write(safe, this.position, room, "utf8");
  }

  /** Any JSON value. Throws NOT_PLAIN for what JSON does not carry as it is. */
  value(value: unknown, depth = 0): void {
    switch (typeof value) {
      case "string":
        this.string(value);
        return;
      case "number":
        this.number(value);
        return;
      case "boolean":
        this.#ascii(value ? "true" : "false");
        return;
      case "object":
        if (value === null) this.#ascii("null");
        else if (Array.isArray(value)) this.#array(value, depth);
        else this.#object(value, depth);
        return;
      default:
        throw NOT_PLAIN;
    }
  }

  #array(array: readonly unknown[], depth: number): void {
    if (depth >= MAX_DEPTH) throw NOT_PLAIN;
    this.byte(0x5b);
    for (let index = 0; index < array.length; index++) {
      if (index > 0) this.byte(0x2c);
      this.value(array[index], depth + 1);
    }
    this.byte(0x5d);
  }

  #object(object: object, depth: number): void {
    if (depth >= MAX_DEPTH) throw NOT_PLAIN;
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) throw NOT_PLAIN;
    if ("toJSON" in object) throw NOT_PLAIN;
    this.byte(0x7b);
    let first = true;
    for (const [key, value] of Object.entries(object)) {
      if (value === undefined) continue;
      if (first) first = false;
      else this.byte(0x2c);
      this.string(key);
      this.byte(0x3a);
      this.value(value, depth + 1);
    }
    this.byte(0x7d);
  }
}

/** `text` as the bytes of a JSON string, quotes included. */
export function jsonBytes(text: string): Uint8Array {
  return Buffer.from(JSON.stringify(text));
}
