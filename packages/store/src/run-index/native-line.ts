import { EVENT_TYPES, mostCausesOf } from "@llm-sim/events/schema";
import { type EventFields, type Names, NO_AGENT, NO_VARIABLE } from "./event-fields.ts";
import { FixedText } from "./fixed-text.ts";
import { REFUSED, skipString, skipValue } from "./json-scan.ts";
import { EVENT_ID, EVENT_TYPE, EVENT_TYPE_WORDS, TIMESTAMP, TURN_NUMBER } from "./line-head.ts";
import {
  AGENT_BIT,
  ALLOWED,
  FORM,
  MEMBER_FORMS,
  MEMBER_KEYS,
  MEMBER_LONGEST,
  MEMBER_WORDS,
  memberAt,
  REQUIRED,
} from "./line-members.ts";
import { TIMESTAMP_LENGTH, TimestampReader } from "./timestamp-reader.ts";
import { compareUlids, readUlid, ULID_LENGTH, ULID_WORDS } from "./ulid.ts";

/**
 * Reads the index's fields straight from the bytes of a line as this project's writer lays it out: the
 * envelope's first five members in their order, the others in any, no white space. It checks all that the event's
 * schema asks of such a line, and the whole line's JSON, so that what it accepts is an event; what it refuses is
 * for the full parser to judge, never a verdict. It takes less
 * than half as long as the full parser.
 */
export class NativeLineScanner {
  readonly #names: Names;
  readonly #fields: EventFields;
  readonly #timestamps = new TimestampReader();
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = new DataView(NO_BYTES.buffer);
  /** The whole member. */
  #lastSimulation = UNMATCHABLE;

  constructor(names: Names, fields: EventFields) {
    this.#names = names;
    this.#fields = fields;
  }

  /**
   * Fills the fields from the line at `start`.
   *
   * @param bytes valid UTF-8 with a line feed behind the line
   * @returns where the line ends (at its line feed or carriage return), or REFUSED
   */
  scan(bytes: Uint8Array, start: number): number {
    if (start + FIXED_LENGTH > bytes.length) return REFUSED;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    const fields = this.#fields;
    let at = start;
    if (!EVENT_ID.isAt(view, at)) return REFUSED;
    at += EVENT_ID.length;
    if (!readUlid(view, at, fields.id, 0)) return REFUSED;
    at += ULID_LENGTH;

    if (!TIMESTAMP.isAt(view, at)) return REFUSED;
    at += TIMESTAMP.length;
    fields.time = this.#timestamps.read(bytes, view, at);
    if (fields.time === REFUSED) return REFUSED;
    at += TIMESTAMP_LENGTH;

    if (!TURN_NUMBER.isAt(view, at)) return REFUSED;
    at += TURN_NUMBER.length;
    const turnStart = at;
    let turn = 0;
    for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[++at] ?? 0)
      turn = turn * 10 + byte - 0x30;
    const turnDigits = at - turnStart;
    if (turnDigits === 0 || turnDigits > 9 || (turnDigits > 1 && bytes[turnStart] === 0x30)) return REFUSED;
    fields.turn = turn;

    if (!EVENT_TYPE.isAt(view, at)) return REFUSED;
    at += EVENT_TYPE.length;
    const kind = oneOf(view, at, EVENT_TYPE_WORDS);
    if (kind === REFUSED) return REFUSED;
    fields.kind = kind;
    at += EVENT_TYPE_WORDS[kind]?.length ?? 0;

    at = this.#simulation(bytes, at);
    return at === REFUSED ? REFUSED : this.#members(bytes, at, kind);
  }

  /** The run's id is nearly always the one of the line before. @returns behind its closing quote, or REFUSED */
  #simulation(bytes: Uint8Array, start: number): number {
    if (this.#lastSimulation.isAt(this.#view, start)) return start + this.#lastSimulation.length;
    if (!SIMULATION_ID.isAt(this.#view, start)) return REFUSED;
    const idStart = start + SIMULATION_ID.length;
    const end = skipString(bytes, idStart);
    if (end === REFUSED || this.#names.simulations.internBytes(this.#view, idStart, end - 1) < 0)
      return REFUSED;
    this.#lastSimulation = new FixedText(Buffer.from(bytes.subarray(start, end)).toString());
    return end;
  }

  /** The members behind the fifth, each at most once. */
  #members(bytes: Uint8Array, start: number, kind: number): number {
    const fields = this.#fields;
    const view = this.#view;
    fields.agent = NO_AGENT;
    fields.causeCount = 0;
    fields.involved.length = 0;
    fields.variable = NO_VARIABLE;
    const allowed = ALLOWED[kind] ?? 0;
    let participants = 0;
    let subject = 0;
    let isAgentScope = false;
    let seen = 0;
    let at = start;
    while (bytes[at] === 0x2c) {
      if (bytes[at + 1] !== 0x22) return REFUSED;
      at += 2;
      const member = memberAt(bytes, at);
      const key = MEMBER_KEYS[member];
      // Unknown extra fields and a field named twice are for the full parser.
      if (key === undefined || !key.isAt(view, at)) return REFUSED;
      const bit = 1 << member;
      if ((allowed & bit) === 0 || (seen & bit) !== 0) return REFUSED;
      seen |= bit;
      at += key.length;
      switch (MEMBER_FORMS[member]) {
        case FORM.agent: {
          if (bytes[at] !== 0x22) return REFUSED;
          const end = skipString(bytes, at + 1);
          if (end === REFUSED) return REFUSED;
          const agent = this.#names.agents.internBytes(view, at + 1, end - 1);
          if (agent <= NO_AGENT) return REFUSED;
          fields.agent = agent;
          at = end;
          break;
        }
        case FORM.causes:
          at = this.#causes(bytes, at, MOST_CAUSES[kind] ?? 0);
          break;
        case FORM.shortText: {
          if (bytes[at] !== 0x22) return REFUSED;
          const end = skipString(bytes, at + 1);
          // Bytes are never fewer than UTF-16 units: only a long text has to be counted properly.
          if (end - at - 2 > (MEMBER_LONGEST[member] ?? 0)) return REFUSED;
          at = end;
          break;
        }
        case FORM.text:
          at = bytes[at] === 0x22 ? skipString(bytes, at + 1) : REFUSED;
          break;
        case FORM.value:
          at = skipValue(bytes, at);
          break;
        case FORM.object:
          at = bytes[at] === 0x7b ? skipValue(bytes, at) : REFUSED;
          break;
        case FORM.word:
          at = skipOneOf(view, at, MEMBER_WORDS[member] ?? NO_WORDS);
          break;
        case FORM.scope:
          isAgentScope = bytes[at + 1] === 0x61;
          at = skipOneOf(view, at, MEMBER_WORDS[member] ?? NO_WORDS);
          break;
        case FORM.variable: {
          if (bytes[at] !== 0x22) return REFUSED;
          const end = skipString(bytes, at + 1);
          if (end === REFUSED) return REFUSED;
          fields.variable = this.#names.variables.internBytes(view, at + 1, end - 1);
          at = end;
          break;
        }
        case FORM.count:
          at = skipCount(bytes, at);
          break;
        case FORM.countFrom1:
          at = skipPositive(bytes, at);
          break;
        case FORM.texts:
          at = skipStrings(bytes, at);
          break;
        // Who takes part is told from the event's own agent, which may come later.
        case FORM.otherAgents:
          if (participants > 0) return REFUSED;
          participants = at;
          at = skipStrings(bytes, at);
          break;
        case FORM.otherAgent:
          if (subject > 0) return REFUSED;
          subject = at;
          at = bytes[at] === 0x22 ? skipString(bytes, at + 1) : REFUSED;
          break;
        default:
          return REFUSED;
      }
      if (at === REFUSED) return REFUSED;
    }
    if (bytes[at] !== 0x7d || (bytes[at + 1] !== 0x0a && !(bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a)))
      return REFUSED;
    const required = REQUIRED[kind] ?? 0;
    if ((seen & required) !== required) return REFUSED;
    if (kind === STATE && isAgentScope !== (seen & AGENT_BIT) > 0) return REFUSED;
    if (participants > 0 && !this.#involveAll(bytes, participants)) return REFUSED;
    if (subject > 0 && this.#involve(bytes, subject) === REFUSED) return REFUSED;
    return at + 1;
  }

  #causes(bytes: Uint8Array, start: number, most: number): number {
    const { causes } = this.#fields;
    if (bytes[start] !== 0x5b) return REFUSED;
    if (bytes[start + 1] === 0x5d) return start + 2;
    let at = start + 1;
    // Nearest first is descending; only of a list that is not is every pair to be compared.
    let isDescending = true;
    for (let count = 0; count < most; ) {
      if (bytes[at] !== 0x22 || !readUlid(this.#view, at + 1, causes, count * ULID_WORDS)) return REFUSED;
      at += ULID_LENGTH + 1;
      if (bytes[at] !== 0x22) return REFUSED;
      if (isDescending && count > 0) {
        isDescending = compareUlids(causes, (count - 1) * ULID_WORDS, causes, count * ULID_WORDS) > 0;
      }
      const compared = isDescending ? 0 : count;
      for (let other = 0; other < compared; other++) {
        if (compareUlids(causes, other * ULID_WORDS, causes, count * ULID_WORDS) === 0) return REFUSED;
      }
      count++;
      this.#fields.causeCount = count;
      at++;
      if (bytes[at] === 0x5d) return at + 1;
      if (bytes[at] !== 0x2c) return REFUSED;
      at++;
    }
    return REFUSED;
  }

  /** A list of agents that has been skipped over once. */
  #involveAll(bytes: Uint8Array, start: number): boolean {
    let count = 0;
    for (let at = start + 1; bytes[at] === 0x22; at++) {
      at = this.#involve(bytes, at);
      if (at === REFUSED) return false;
      count++;
    }
    return count >= 2;
  }

  /** @returns behind the agent's closing quote, or REFUSED */
  #involve(bytes: Uint8Array, start: number): number {
    const end = skipString(bytes, start + 1);
    const agent = this.#names.agents.internBytes(this.#view, start + 1, end - 1);
    if (agent <= NO_AGENT) return REFUSED;
    this.#fields.involve(agent);
    return end;
  }
}

const SIMULATION_ID = new FixedText(',"simulation_id":"');
/** Up to the turn's number every line is alike. */
const FIXED_LENGTH = EVENT_ID.length + ULID_LENGTH + TIMESTAMP.length + TIMESTAMP_LENGTH + TURN_NUMBER.length;
const NO_BYTES = new Uint8Array(0);
const UNMATCHABLE = new FixedText("\n\n\n\n");

const NO_WORDS: readonly FixedText[] = [];
const STATE = EVENT_TYPES.indexOf("STATE");
/** By kind: how many causes an event may name. */
const MOST_CAUSES = EVENT_TYPES.map(mostCausesOf);

/** Which of the words, closing quote included, is at `at`. */
function oneOf(view: DataView, at: number, words: readonly FixedText[]): number {
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word?.isAt(view, at)) return index;
  }
  return REFUSED;
}

function skipOneOf(view: DataView, at: number, words: readonly FixedText[]): number {
  if (view.getUint8(at) !== 0x22) return REFUSED;
  const index = oneOf(view, at + 1, words);
  return index === REFUSED ? REFUSED : at + 1 + (words[index]?.length ?? 0);
}

function skipStrings(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== 0x5b) return REFUSED;
  if (bytes[start + 1] === 0x5d) return start + 2;
  let at = start + 1;
  for (;;) {
    if (bytes[at] !== 0x22) return REFUSED;
    at = skipString(bytes, at + 1);
    if (at === REFUSED) return REFUSED;
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) return REFUSED;
    at++;
  }
}

/** A whole number of at most nine digits, plainly written. */
function skipCount(bytes: Uint8Array, start: number): number {
  let at = start;
  while ((bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39) at++;
  const length = at - start;
  return length === 0 || length > 9 || (length > 1 && bytes[start] === 0x30) ? REFUSED : at;
}

function skipPositive(bytes: Uint8Array, start: number): number {
  return bytes[start] === 0x30 ? REFUSED : skipCount(bytes, start);
}
