import { contentOf, mayHoldId, type Names } from "@llm-sim/events/canonical";
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
      if (!isStrict && differsForSure(this.bytes, mine.causesEnd, other.bytes, others.causesEnd))
        return false;
    }
    return this.saysSame(other) && !(this.#reading.comparesStates && this.hasOtherState(other));
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
const OMITTED = Buffer.from('"causes_omitted":');
const NUMBER = /^-?\d/;
const WORD = /^(true|false|null)$/;

/**
 * Whether the first thing that is not the same in two lines, from their causes on, is a string or number among the event's own members
 * that says something else: what else may be written in two ways (an order of members, a number, an escape) has to be parsed.
 */
function differsForSure(left: Buffer, leftStart: number, right: Buffer, rightStart: number): boolean {
  const apart = firstDifference(left, leftStart, right, rightStart);
  let at = leftStart;
  for (;;) {
    // ,"name":value
    if (left[at] !== COMMA || left[at + 1] !== QUOTE) return false;
    const nameEnd = left.indexOf(QUOTE, at + 2);
    const value = nameEnd + 2;
    if (nameEnd === -1 || left[nameEnd + 1] !== COLON || value - leftStart > apart) return false;
    const first = left[value];
    if (first === OPENING_BRACE || first === OPENING_LIST) return false;
    const end = valueEnd(left, value);
    const other = value - leftStart + rightStart;
    const otherEnd = end - leftStart < apart ? other : valueEnd(right, other);
    if (otherEnd - other > 0 && (end - leftStart > apart || otherEnd - other > end - value)) {
      const name = left.subarray(at + 1, value);
      return (
        !name.equals(OMITTED) &&
        isOnce(left, name, value) &&
        isOnce(right, name, other) &&
        saysOtherwise(left.toString("latin1", value, end), right.toString("latin1", other, otherEnd))
      );
    }
    at = end;
  }
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

/** Of a member that is there twice the last counts. */
function isOnce(line: Buffer, name: Buffer, behind: number): boolean {
  return line.indexOf(name, behind) === -1 && !OTHER_SPELLINGS.some((spelling) => line.includes(spelling));
}

/** Of the texts of two values, which are not the same text. */
function saysOtherwise(left: string, right: string): boolean {
  const [kind, otherKind] = [kindOf(left), kindOf(right)];
  if (kind === "other" || otherKind === "other") return false;
  if (kind !== otherKind) return true;
  if (kind === "number") return Number(left) !== Number(right);
  return !(kind === "string" && (mayHoldId(left) || mayHoldId(right)));
}

function kindOf(text: string): "string" | "number" | "word" | "other" {
  if (text.startsWith('"')) return "string";
  return NUMBER.test(text) ? "number" : WORD.test(text) ? "word" : "other";
}
