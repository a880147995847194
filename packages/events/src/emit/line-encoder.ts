import { BLOCK_DIGITS, type IdBlock, writeCounter } from "./ulid.ts";

// Own code because nine tenths of an event's cost are serialisation, and JSON.stringify has to build a string that is then
// encoded once more. docs/writer-design.md has the figures.

/** Thrown where the line is longer than its room. Made once: a stack trace would cost more than the line. */
export const NO_ROOM = Symbol("no room");
/** Thrown where a value is nothing that JSON carries as it is: `toRecordable` finds out what to do with it. */
export const NOT_PLAIN = Symbol("not plain JSON");

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

/** 1 where a UTF-16 unit is not itself as one byte inside a JSON string; as long as there are units, so that none is out of range. */
const SPECIAL = new Uint8Array(65536).fill(1);
SPECIAL.fill(0, 0x20, 0x7f);
SPECIAL[QUOTE] = 1;
SPECIAL[BACKSLASH] = 1;

// Measured on Node 20: up to here a loop over the characters is faster than a call into the runtime.
const LOOP_LENGTH = 96;
// The same for copying bytes.
const SET_LENGTH = 12;
const NEEDS_ESCAPE = /["\\\p{Cc}\p{Cs}]/u;
// Deeper than any payload that means something; a cycle ends here, and toRecordable names it.
const MAX_DEPTH = 64;

/** Writes JSON as bytes into a buffer that somebody else owns. */
export class LineEncoder {
  buffer: Buffer = Buffer.alloc(0);
  position = 0;
  limit = 0;

  /** Bytes that are known to be right JSON. */
  bytes(bytes: Uint8Array): void {
    const length = bytes.length;
    const start = this.position;
    const end = start + length;
    if (end > this.limit) throw NO_ROOM;
    const buffer = this.buffer;
    if (length <= SET_LENGTH)
      for (let index = 0; index < length; index++) buffer[start + index] = bytes[index] ?? 0;
    else buffer.set(bytes, start);
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

  /** A whole number from 0. */
  integer(value: number): void {
    if (value > 0x7fffffff) {
      this.#ascii(String(value));
      return;
    }
    let digits = 1;
    for (let power = 10; value >= power && digits < 10; power *= 10) digits++;
    const end = this.position + digits;
    if (end > this.limit) throw NO_ROOM;
    const buffer = this.buffer;
    let rest = value | 0;
    let at = end;
    while (rest >= 10) {
      const next = (rest / 10) | 0;
      buffer[--at] = ZERO + rest - next * 10;
      rest = next;
    }
    buffer[--at] = ZERO + rest;
    this.position = end;
  }

  number(value: number): void {
    if ((value | 0) === value && value > -0x8000_0000) {
      if (value < 0) {
        this.byte(MINUS);
        this.integer(-value);
      } else this.integer(value);
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
    if (length > LOOP_LENGTH) {
      this.#encoded(text);
      return;
    }
    if (this.position + length > this.limit) throw NO_ROOM;
    const buffer = this.buffer;
    let at = this.position;
    // No branch on a character: what is special shows at the end, and is then written again another way.
    let special = 0;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      special |= SPECIAL[code] ?? 1;
      buffer[at++] = code;
    }
    if (special === 0) this.position = at;
    else this.#encoded(text);
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
        this.bytes(value ? TRUE : FALSE);
        return;
      case "object":
        if (value === null) this.bytes(NULL);
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
      if (index > 0) this.byte(COMMA);
      this.value(array[index], depth + 1);
    }
    this.byte(0x5d);
  }

  #object(object: object, depth: number): void {
    if (depth >= MAX_DEPTH || !isPlain(object)) throw NOT_PLAIN;
    this.byte(0x7b);
    let first = true;
    // A plain object inherits no enumerable member, so that these are its own; Object.entries would make arrays of them.
    for (const key in object) {
      const value = object[key];
      if (value === undefined) continue;
      if (first) first = false;
      else this.byte(COMMA);
      this.string(key);
      this.byte(COLON);
      if (typeof value === "string") this.string(value);
      else if (typeof value === "number") this.number(value);
      else this.value(value, depth + 1);
    }
    this.byte(0x7d);
  }
}

const PLAIN_PROTOTYPE = Object.prototype;

/** Whether the object is no more than its members: no Map, no Date, no instance of a class. */
function isPlain(object: object): object is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== PLAIN_PROTOTYPE && prototype !== null) return false;
  return !("toJSON" in object && typeof object.toJSON === "function");
}

/** `text` as the bytes of a JSON string, quotes included. */
export function jsonBytes(text: string): Uint8Array {
  return Buffer.from(JSON.stringify(text));
}
