import { contentOf, type Names } from "@llm-sim/events/canonical";
import { parseEventLine, parseEventLineExactly } from "@llm-sim/events/read";
import { EVENT_TYPES, type Event, type JsonObject } from "@llm-sim/events/schema";
import { isSameJson } from "@llm-sim/events/state";

/** How the lines of one run are read for a comparison. */
export interface Reading {
  /** What stands for an event's id in either run. */
  names: Names;
  /** Both runs record the same kinds of events: else effects carry the causes of what one of them leaves out. */
  comparesCauses: boolean;
  /** The states of both were the same so far, so that a hash that is not says what nothing else does. */
  comparesStates: boolean;
}

/** Of lines by themselves. */
export const ALONE: Reading = { names: () => undefined, comparesCauses: true, comparesStates: false };

/** What an event says that is not compared by itself: how the run was set up, the state by its hash, what was omitted of causes. */
function comparedContent(event: Event, { names, comparesCauses }: Reading): JsonObject {
  const content = contentOf(event, names);
  if (!comparesCauses) delete content.causes_omitted;
  if (event.event_type !== "MILESTONE") return content;
  if (event.milestone_type === "simulation_start") {
    delete content.details;
    delete content.description;
  }
  if (event.details?.state_hash !== undefined) {
    const { state_hash: _, ...details } = event.details;
    delete content.details;
    if (Object.keys(details).length > 0)
      content.details = contentOf({ ...event, details }, names).details ?? {};
  }
  return content;
}

const CAUSED_BY = Buffer.from('"caused_by":["');
const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
/** Kinds of which a member at the top level may differ between equal runs. */
const STRICT_KINDS = new Set(["MILESTONE", "SYSTEM"]);
const HEAD =
  /^\{"event_id":"[^"]{26}","timestamp":"[^"]{27}","turn_number":\d+,"event_type":"([A-Z]+)","simulation_id":"[^"\\]+"/;
const MAX_HEAD = 320;

/** Where the bytes lie that make up an event's content, in a line as this project's writer lays it out. */
interface Extent {
  /** Behind the members that every run has its own. */
  start: number;
  /** caused_by, which is left out; both the same where there is none. */
  causesStart: number;
  causesEnd: number;
}

/** A line, and what has been found out about it. */
export class Line {
  readonly bytes: Buffer;
  readonly kind: number;
  readonly #reading: Reading;
  #extent: Extent | "other" | undefined;
  #event: Event | undefined;
  /** Where the value lies of the member that was last found to count. */
  #counting = -1;
  #content: JsonObject | undefined;

  constructor(bytes: Buffer, kind: number, reading: Reading) {
    this.bytes = bytes;
    this.kind = kind;
    this.#reading = reading;
  }

  get event(): Event {
    if (this.#event === undefined) {
      const parsed = parseEventLine(this.bytes);
      if (!parsed.ok) throw new Error(`a line that was an event is none: ${parsed.reason}`);
      this.#event = parsed.event;
    }
    return this.#event;
  }

  /** What is compared of it. */
  get content(): JsonObject {
    if (this.#content === undefined) {
      const exact = parseEventLineExactly(this.bytes);
      this.#content = comparedContent(exact.ok ? exact.event : this.event, this.#reading);
    }
    return this.#content;
  }

  /** Whether both events say the same. About 1 µs where they do; parsed are only those that are not seen to differ. */
  isSame(other: Line): boolean {
    if (this.kind !== other.kind) return false;
    const [mine, others] = [this.#extentOfContent(), other.#extentOfContent()];
    if (mine !== "other" && others !== "other") {
      if (sameBytes(this.bytes, mine, other.bytes, others)) return true;
      const isStrict = STRICT_KINDS.has(EVENT_TYPES[this.kind] ?? "");
      if (!isStrict && differsForSure(this, mine.causesEnd, other, others.causesEnd)) return false;
    }
    return this.saysSame(other) && !(this.#reading.comparesStates && this.hasOtherState(other));
  }

  /**
   * Whether the member whose name, with quotes and colon, lies there counts: where it is there again the last does, and a name may
   * hide behind escapes. Kept, as a line is compared with several.
   */
  counts(start: number, end: number): boolean {
    if (this.#counting === end) return true;
    const { bytes } = this;
    const name = isText(bytes, DESCRIPTION, start) ? DESCRIPTION : bytes.subarray(start, end);
    if (bytes.indexOf(name, end) !== -1) return false;
    if (bytes.indexOf(BACKSLASH) !== -1 && OTHER_SPELLINGS.some((spelling) => bytes.includes(spelling)))
      return false;
    this.#counting = end;
    return true;
  }

  /** Whether both have the same content. */
  saysSame(other: Line): boolean {
    return isSameJson(this.content, other.content);
  }

  /** Whether both tell the hash of the state, and not the same. */
  hasOtherState(other: Line): boolean {
    const [mine, others] = [this.event.details?.state_hash, other.event.details?.state_hash];
    return mine !== undefined && others !== undefined && !isSameJson(mine, others);
  }

  #extentOfContent(): Extent | "other" {
    this.#extent ??= extentOf(this.bytes);
    return this.#extent;
  }
}

function extentOf(line: Buffer): Extent | "other" {
  const head = HEAD.exec(line.toString("latin1", 0, MAX_HEAD));
  if (head === null) return "other";
  const start = head[0].length;
  const causes = line.indexOf(CAUSED_BY, start);
  if (causes === -1) return { start, causesStart: start, causesEnd: start };
  const brace = line.indexOf(OPENING_BRACE, start);
  // Inside an object it is something else that is called so.
  if (brace !== -1 && brace < causes) return "other";
  return { start, causesStart: causes, causesEnd: line.indexOf(CLOSING_BRACKET, causes) + 1 };
}

function sameBytes(left: Buffer, a: Extent, right: Buffer, b: Extent): boolean {
  const before = a.causesStart - a.start;
  const behind = left.length - a.causesEnd;
  return (
    before === b.causesStart - b.start &&
    behind === right.length - b.causesEnd &&
    left.compare(right, b.causesEnd, right.length, a.causesEnd, left.length) === 0 &&
    left.compare(right, b.start, b.causesStart, a.start, a.causesStart) === 0
  );
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [COMMA, COLON, CLOSING_BRACE, OPENING_LIST] = [0x2c, 0x3a, 0x7d, 0x5b];
/** The only escapes of a character that may be written otherwise. */
const OTHER_SPELLINGS = [Buffer.from("\\u"), Buffer.from("\\/")];
const DESCRIPTION = Buffer.from('"description":');
const OMITTED = Buffer.from('"causes_omitted":');
const ID_LENGTH = 26;
const NUMBER = /^-?\d/;
const WORD = /^(true|false|null)$/;

/**
 * Whether the first thing that is not the same in two lines, from their causes on, is a string or number among the event's own members
 * that says something else: what else may be written in two ways (an order of members, a number, an escape) has to be parsed.
 */
function differsForSure(one: Line, start: number, two: Line, twoStart: number): boolean {
  const [left, right] = [one.bytes, two.bytes];
  const apart = firstDifference(left, start, right, twoStart);
  let at = start;
  for (;;) {
    // ,"name":value
    if (left[at] !== COMMA || left[at + 1] !== QUOTE) return false;
    const nameEnd = left.indexOf(QUOTE, at + 2);
    const value = nameEnd + 2;
    if (nameEnd === -1 || left[nameEnd + 1] !== COLON || value - start > apart) return false;
    const first = left[value];
    if (first === OPENING_BRACE || first === OPENING_LIST) return false;
    const end = valueEnd(left, value);
    const other = value - start + twoStart;
    const otherEnd = end - start < apart ? other : valueEnd(right, other);
    if (otherEnd > other && (end - start > apart || otherEnd - other > end - value)) {
      return (
        !isText(left, OMITTED, at + 1) &&
        one.counts(at + 1, value) &&
        two.counts(at + 1 - start + twoStart, other) &&
        (first === QUOTE && right[other] === QUOTE
          ? !isInId(left, apart + start) && !isInId(right, apart + twoStart)
          : saysOtherwise(left.toString("latin1", value, end), right.toString("latin1", other, otherEnd)))
      );
    }
    at = end;
  }
}

/** Byte by byte: Buffer's own comparison costs more. */
function isText(line: Buffer, text: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at++) if (line[start + at] !== text[at]) return false;
  return true;
}

function firstDifference(left: Buffer, leftStart: number, right: Buffer, rightStart: number): number {
  const length = Math.min(left.length - leftStart, right.length - rightStart);
  let at = 0;
  while (at < length && left[leftStart + at] === right[rightStart + at]) at++;
  return at;
}

/** Behind a string, a number or a word. */
function valueEnd(line: Buffer, start: number): number {
  let end = start;
  if (line[start] !== QUOTE) {
    while (end < line.length && line[end] !== COMMA && line[end] !== CLOSING_BRACE) end++;
    return end;
  }
  for (end = line.indexOf(QUOTE, start + 1); end !== -1; end = line.indexOf(QUOTE, end + 1)) {
    let before = end;
    while (line[before - 1] === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return line.length;
}

/** Whether a byte of a text may be of an event's id. */
function isInId(line: Buffer, at: number): boolean {
  let [start, end] = [at, at];
  while (isAlphanumeric(line[start - 1])) start--;
  while (isAlphanumeric(line[end])) end++;
  return end - start >= ID_LENGTH;
}

function isAlphanumeric(byte = 0): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
}

/** Of the texts of two values, which are not the same text, and not both strings. */
function saysOtherwise(left: string, right: string): boolean {
  const [kind, otherKind] = [kindOf(left), kindOf(right)];
  if (kind === "other" || otherKind === "other") return false;
  return kind !== otherKind || kind !== "number" || Number(left) !== Number(right);
}

function kindOf(text: string): "string" | "number" | "word" | "other" {
  if (text.startsWith('"')) return "string";
  return NUMBER.test(text) ? "number" : WORD.test(text) ? "word" : "other";
}
