import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { Steps } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { type VariableCheck, WriteCheck } from "../certainty/index.ts";
import { batchesOf } from "../rows/index.ts";
import type { Entry } from "./entry.ts";

const STATE = EVENT_TYPES.indexOf("STATE");
const OLD_VALUE = Buffer.from('"old_value":');
const NEW_VALUE = Buffer.from(',"new_value":');
const LOSSY = Buffer.from('"lossy":');
/** Digits of a number that stay below what a double tells apart. */
const MAX_DIGITS = 15;
/** Behind the new value, of `,"scope":"global"}`: too short for anything that says otherwise. */
const MAX_REST = 18;

/**
 * Checks the writes of one side of a comparison as they are read. As long as each says in the same digits what the one before it
 * said, which is nearly always, none is parsed.
 */
export class SideWrites {
  readonly check = new WriteCheck();
  readonly #turns: Float64Array;
  /** Of each variable, the digits of its last value, where only they have been looked at. */
  readonly #digits: Uint8Array;
  readonly #lengths: Uint8Array;
  readonly #checks: (VariableCheck | undefined)[] = [];
  readonly #view: RunView;
  /** Turn by turn is not the order of the log where turns go back and forth. */
  readonly #isInOrder: boolean;

  /** @param variables how many there may be; they are named by their numbers */
  static *of(view: RunView, variables: number): Steps<SideWrites> {
    const writes = new SideWrites(view, variables);
    if (!writes.#isInOrder) yield* checkAll(view, writes.check);
    return writes;
  }

  private constructor(view: RunView, variables: number) {
    this.#view = view;
    this.#turns = new Float64Array(variables);
    this.#digits = new Uint8Array(variables * MAX_DIGITS);
    this.#lengths = new Uint8Array(variables);
    this.#isInOrder = view.index.order.turnsAscend;
  }

  take({ row, line }: Entry, variable: number): void {
    if (!this.#isInOrder) return;
    const { bytes } = line;
    const turn = this.#view.index.columns.turn(row);
    const old = bytes.indexOf(OLD_VALUE) + OLD_VALUE.length;
    const oldEnd = digitsEnd(bytes, old);
    const next = oldEnd + NEW_VALUE.length;
    if (
      old >= OLD_VALUE.length &&
      oldEnd > old &&
      isAt(bytes, oldEnd) &&
      this.#isLast(bytes, variable, old, oldEnd)
    ) {
      const end = digitsEnd(bytes, next);
      if (end > next && isPlain(bytes, old, end)) {
        this.#keep(bytes, variable, next, end);
        this.#turns[variable] = turn;
        return;
      }
    }
    const { event } = line;
    if (event.event_type !== "STATE") return;
    this.#checkOf(variable, event.agent_id, event.variable_name).event(event);
    const end = digitsEnd(bytes, next);
    this.#lengths[variable] = 0;
    this.#turns[variable] = turn;
    if (old >= OLD_VALUE.length && isAt(bytes, oldEnd) && end > next && isPlain(bytes, old, end))
      this.#keep(bytes, variable, next, end);
  }

  #checkOf(variable: number, agentId: string | undefined, name: string): VariableCheck {
    const check = this.#checks[variable] ?? this.check.variable(agentId, name);
    this.#checks[variable] = check;
    const length = this.#lengths[variable] ?? 0;
    if (length > 0) {
      const start = variable * MAX_DIGITS;
      const text = String.fromCharCode(...this.#digits.subarray(start, start + length));
      check.stands({ turn: this.#turns[variable] ?? 0, new_value: Number(text), lossy: undefined }, "");
    }
    return check;
  }

  #isLast(bytes: Buffer, variable: number, start: number, end: number): boolean {
    if (this.#lengths[variable] !== end - start) return false;
    const offset = variable * MAX_DIGITS - start;
    for (let at = start; at < end; at++) if (this.#digits[offset + at] !== bytes[at]) return false;
    return true;
  }

  #keep(bytes: Buffer, variable: number, start: number, end: number): void {
    const offset = variable * MAX_DIGITS - start;
    for (let at = start; at < end; at++) this.#digits[offset + at] = bytes[at] ?? 0;
    this.#lengths[variable] = end - start;
  }
}

/** Behind a plain number without an exponent; `start` where there is none, or one that is too long. */
function digitsEnd(bytes: Buffer, start: number): number {
  let end = start;
  for (; end - start <= MAX_DIGITS; end++) {
    const byte = bytes[end] ?? 0;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (!isDigit && byte !== 0x2e && byte !== 0x2d) return byte === 0x2c || byte === 0x7d ? end : start;
  }
  return start;
}

function isAt(bytes: Buffer, start: number): boolean {
  for (let at = 0; at < NEW_VALUE.length; at++) if (bytes[start + at] !== NEW_VALUE[at]) return false;
  return true;
}

/** Whether the line says nothing that makes another thing of its values: no object, no escape, nothing twice, nothing altered. */
function isPlain(bytes: Buffer, old: number, end: number): boolean {
  const rest = bytes.length - end;
  const isShort = rest === 1 || (rest <= MAX_REST && bytes[end + 2] === 0x73); // "scope"
  if (!isShort) return false;
  const object = bytes.indexOf(0x7b, 1);
  return (object === -1 || object > old) && bytes.indexOf(0x5c) === -1 && !bytes.includes(LOSSY);
}

function* checkAll(view: RunView, check: WriteCheck): Steps {
  const writes = view.index.rowsOf(NO_AGENT, STATE);
  const rows = Array.from({ length: writes.length }, (_, at) => writes.at(at));
  for (const batch of batchesOf(view.index, rows)) {
    for (const event of view.events(batch)) if (event.event_type === "STATE") check.event(event);
    yield;
  }
}
