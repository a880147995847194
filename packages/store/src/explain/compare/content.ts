import { parseEventLine } from "@llm-sim/events/read";
import {
  EVENT_TYPES,
  type Event,
  type JsonObject,
  type JsonValue,
  jsonValueSchema,
} from "@llm-sim/events/schema";
import { canonicalJson } from "@llm-sim/events/state";

/** What of an event may differ between two runs that are the same. Causes are followed by themselves. */
const LEFT_OUT = [
  "event_id",
  "timestamp",
  "simulation_id",
  "caused_by",
  "causes_omitted",
  "retry_count",
  "lossy",
] as const;
/** In `details` of any depth: how long things took. */
const DURATION = /(^|_)(latency|duration|elapsed)(_|$)|_ms$/;

/** An event without what may differ between two runs that are the same. */
export function contentOf(event: Event): JsonObject {
  const content: JsonObject = {};
  for (const [name, value] of Object.entries(event)) {
    if (value === undefined || LEFT_OUT.some((left) => left === name)) continue;
    const json = jsonValueSchema.parse(value);
    content[name] = name === "details" ? withoutDurations(json) : json;
  }
  if (event.event_type !== "MILESTONE") return content;
  // How the run was set up and how it went stands in run.json; how far apart the states are is counted by variable.
  if (event.milestone_type === "simulation_start" || event.milestone_type === "simulation_end") {
    delete content.details;
    delete content.description;
  }
  if (event.details?.state_hash !== undefined) {
    const { state_hash: _, ...details } = event.details;
    if (Object.keys(details).length === 0) delete content.details;
    else content.details = details;
  }
  return content;
}

function withoutDurations(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutDurations);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !DURATION.test(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutDurations(member)]));
}

const CAUSED_BY = Buffer.from('"caused_by":["');
const DETAILS = Buffer.from(',"details":{');
const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
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
  #extent: Extent | "other" | undefined;
  #event: Event | undefined;

  constructor(bytes: Buffer, kind: number) {
    this.bytes = bytes;
    this.kind = kind;
  }

  get event(): Event {
    if (this.#event === undefined) {
      const parsed = parseEventLine(this.bytes);
      if (!parsed.ok) throw new Error(`a line that was an event is none: ${parsed.reason}`);
      this.#event = parsed.event;
    }
    return this.#event;
  }

  /** Whether both events say the same. About 1 µs where they do; parsed are only those that may differ in nothing but time. */
  isSame(other: Line): boolean {
    if (this.kind !== other.kind) return false;
    const [mine, others] = [this.#extentOfContent(), other.#extentOfContent()];
    if (mine !== "other" && others !== "other") {
      if (sameBytes(this.bytes, mine, other.bytes, others)) return true;
      const isSure = !STRICT_KINDS.has(EVENT_TYPES[this.kind] ?? "");
      if (isSure && differsOutsideDetails(this.bytes, mine, other.bytes, others)) return false;
    }
    return canonicalJson(contentOf(this.event)) === canonicalJson(contentOf(other.event));
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

/** What is not the same in bytes may still be the same but for how long something took, which stands in `details`. */
function differsOutsideDetails(left: Buffer, a: Extent, right: Buffer, b: Extent): boolean {
  const leftDetails = left.indexOf(DETAILS, a.causesEnd);
  const rightDetails = right.indexOf(DETAILS, b.causesEnd);
  if (leftDetails === -1 && rightDetails === -1) return true;
  if (leftDetails === -1 || rightDetails === -1) return false;
  const length = leftDetails - a.causesEnd;
  if (length !== rightDetails - b.causesEnd) return true;
  return left.compare(right, b.causesEnd, rightDetails, a.causesEnd, leftDetails) !== 0;
}
