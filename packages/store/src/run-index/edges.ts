import type { FrozenPart } from "./frozen-part.ts";
import { MissingCauses } from "./missing-causes.ts";
import { MISSING } from "./part-arrays.ts";
import type { PartList } from "./part-list.ts";

const NONE: readonly number[] = [];
const NOTHING: Uint32Array = new Uint32Array(0);

/** A part with edges into one before it, and between which of that one's rows they come from. */
interface OuterEdges {
  part: FrozenPart;
  lowest: number;
  highest: number;
}

/** Causes and effects between the rows of a run. */
export class Edges {
  readonly missing: MissingCauses;
  readonly #parts: PartList;
  /** By the number of a part: those behind it that have edges into it, ascending. */
  readonly #outer: OuterEdges[][] = [];
  // Of the part that was read last.
  #first = 0;
  #count = 0;
  #starts = NOTHING;
  #causes = NOTHING;

  constructor(parts: PartList, missing = new MissingCauses()) {
    this.#parts = parts;
    this.missing = missing;
  }

  /** Whether some cause stands behind its effect. */
  get hasLateCauses(): boolean {
    return this.missing.hasSettled;
  }

  /** Rows of the causes as they are named, nearest first; one that is missing as its id. */
  causesOf(row: number): (number | string)[] {
    const causes: (number | string)[] = [];
    if (!this.#turnTo(row)) return causes;
    const place = row - this.#first;
    const end = this.#starts[place + 1] ?? 0;
    for (let edge = this.#starts[place] ?? 0; edge < end; edge++) {
      const cause = this.#causes[edge] ?? 0;
      causes.push(cause >= MISSING ? this.missing.cause(cause - MISSING) : cause);
    }
    return causes;
  }

  /** Whether each cause of a row is, by `partners`, the one in the same place of another run's row: made without a list of either. */
  matchInOrder(row: number, other: Edges, otherRow: number, partners: Uint32Array): boolean {
    if (!this.#turnTo(row) || !other.#turnTo(otherRow)) return false;
    const start = this.#starts[row - this.#first] ?? 0;
    const otherStart = other.#starts[otherRow - other.#first] ?? 0;
    const count = (this.#starts[row - this.#first + 1] ?? 0) - start;
    if (count !== (other.#starts[otherRow - other.#first + 1] ?? 0) - otherStart) return false;
    for (let at = 0; at < count; at++) {
      const cause = this.#settledRow(this.#causes[start + at] ?? 0);
      const partner = partners[other.#settledRow(other.#causes[otherStart + at] ?? 0)];
      if (partner !== cause + 1) return false;
    }
    return true;
  }

  /** Rows of the effects, in the order of the log. */
  effectsOf(row: number): Iterable<number> {
    const { frozen, growing } = this.#parts;
    const number = this.#parts.numberAt(row);
    const early = this.missing.effectsOf(row); // named it before it came
    const lists: Iterable<number>[] = early.length > 0 ? [early] : [];
    const own = frozen[number]?.effectsOf(row);
    if (own !== undefined) lists.push(own);
    for (const { part, lowest, highest } of this.#outer[number] ?? [])
      if (row >= lowest && row <= highest) lists.push(part.outerEffectsOf(row, number));
    if (growing.edges.hasEffectsOf(row)) lists.push(growing.edges.effectsOf(row));
    return lists.length > 1 ? joined(lists) : (lists[0] ?? NONE);
  }

  /** Rows that name an event which is not in the log. */
  effectsOfMissing(eventId: string): readonly number[] {
    return this.missing.effectsOfMissing(eventId);
  }

  get bytes(): number {
    return this.missing.bytes;
  }

  /** To be called when a part has been frozen, or was added as one. */
  froze(number: number): void {
    this.forget();
    this.#outer.push([]);
    const part = this.#parts.frozen[number];
    if (part === undefined) return;
    const { arrays } = part;
    const [starts, lowest, highest] = [
      arrays.words("outerStarts"),
      arrays.words("outerLowest"),
      arrays.words("outerHighest"),
    ];
    for (let before = 0; before < number; before++) {
      if (starts[before] === starts[before + 1]) continue;
      this.#outer[before]?.push({ part, lowest: lowest[before] ?? 0, highest: highest[before] ?? 0 });
    }
  }

  /** To be called when a frozen part, the last, grows again. */
  thawed(part: FrozenPart): void {
    this.forget();
    this.#outer.pop();
    for (const outer of this.#outer) if (outer.at(-1)?.part === part) outer.pop();
  }

  /** Lets go of the arrays that were read last. */
  forget(): void {
    this.#count = 0;
    this.#starts = NOTHING;
    this.#causes = NOTHING;
  }

  #settledRow(cause: number): number {
    if (cause < MISSING) return cause;
    const settled = this.missing.cause(cause - MISSING);
    return typeof settled === "number" ? settled : cause;
  }

  /** @returns whether there is such a row */
  #turnTo(row: number): boolean {
    const place = row - this.#first;
    if (place >= 0 && place < this.#count) return true;
    const part = this.#parts.at(row);
    if (part === undefined) return false;
    this.#first = part.first;
    this.#count = part.rows;
    this.#starts = part.causeStarts;
    this.#causes = part.causes;
    return true;
  }
}

function* joined(lists: readonly Iterable<number>[]): Generator<number> {
  for (const list of lists) yield* list;
}
