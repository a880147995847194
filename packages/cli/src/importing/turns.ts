import { durationOf } from "@llm-sim/events";
import type { Mapping } from "./mapping.ts";
import { matcher } from "./match.ts";
import { asText, brief, fieldPath, type JsonRecord, Unusable } from "./record.ts";

/** The turn that a record says it is in; `undefined` where it says none. */
export interface SaidTurn {
  turn: number | undefined;
  /** Its own words, where they are more than the number. */
  label?: string;
}

/**
 * What the records themselves say of their turns: a number, or a text with exactly one in it (`turn 3`, `Day 2`).
 *
 * @returns `undefined` where the mapping counts turns by something else
 */
export function turnReader(mapping: Mapping): ((record: JsonRecord) => SaidTurn) | undefined {
  const { field, as, plus = 0 } = mapping.turn ?? {};
  if (field === undefined || as === "label") return undefined;
  const path = fieldPath(field);
  return (record) => {
    const value = path.of(record);
    if (value === undefined || value === null) return { turn: undefined };
    const turn = numberIn(value);
    if (turn === undefined)
      throw new Unusable(`${field} is ${brief(value)}: expected a turn's number, or a text with one in it`);
    const counted = turn + plus;
    if (!Number.isSafeInteger(counted) || counted < 0)
      throw new Unusable(`${field} is ${brief(value)}: a turn is a whole number from 0`);
    return typeof value === "number" ? { turn: counted } : { turn: counted, label: asText(value) ?? "" };
  };
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (typeof value !== "string") return undefined;
  if (/^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value)) return Number(value);
  const numbers = value.match(/\d+/g);
  return numbers?.length === 1 && !/\d[.,]\d/.test(value) ? Number(numbers[0]) : undefined;
}

/** Goes through a run's records in their order, and says for each whether it begins a turn. */
export class TurnCounter {
  readonly #reads: ((record: JsonRecord) => SaidTurn) | undefined;
  readonly #label: ReturnType<typeof fieldPath> | undefined;
  readonly #marks: ((record: JsonRecord) => boolean) | undefined;
  readonly #gap: number | undefined;
  #turn = 0;
  readonly #labels = new Set<string>();
  #lastTime: number | undefined;

  constructor(mapping: Mapping) {
    const { turn } = mapping;
    this.#reads = turnReader(mapping);
    this.#label = turn?.field !== undefined && turn.as === "label" ? fieldPath(turn.field) : undefined;
    this.#marks = turn?.marker === undefined ? undefined : matcher(turn.marker);
    // Without anything that counts turns, all of a run is one.
    this.#gap = turn === undefined ? Number.POSITIVE_INFINITY : durationOf(turn.gap ?? "");
  }

  /** @returns the turn the record belongs to; `said` where it named another, which had passed already */
  next(record: JsonRecord, time: number): { turn: number; label?: string; said?: number } {
    if (this.#reads !== undefined) return this.#byNumber(this.#reads(record));
    if (this.#label !== undefined) return this.#byLabel(asText(this.#label.of(record)));
    const begins =
      this.#marks?.(record) ?? (this.#lastTime === undefined || time - this.#lastTime >= (this.#gap ?? 0));
    this.#lastTime = time;
    if (begins) this.#turn++;
    return { turn: this.#turn };
  }

  #byNumber({ turn, label }: SaidTurn): { turn: number; label?: string; said?: number } {
    if (turn === undefined) return { turn: this.#turn };
    if (turn < this.#turn) return { turn: this.#turn, said: turn };
    this.#turn = turn;
    return label === undefined ? { turn } : { turn, label };
  }

  #byLabel(label: string | undefined): { turn: number; label?: string } {
    if (label === undefined) return { turn: this.#turn };
    if (!this.#labels.has(label)) {
      this.#turn++;
      this.#labels.add(label);
    }
    return { turn: this.#turn, label };
  }
}
