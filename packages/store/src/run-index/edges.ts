import type { FrozenPart } from "./frozen-part.ts";
import { MissingCauses } from "./missing-causes.ts";
import { MISSING, OneBlock } from "./part-arrays.ts";
import type { PartList } from "./part-list.ts";
import { WordsInOrder } from "./words-in-order.ts";

const NONE: readonly number[] = [];
const NOTHING = new OneBlock<Uint32Array>(new Uint32Array(0));

/** A part with edges into one before it, and between which of that one's rows they come from. */
interface OuterEdges {
  part: FrozenPart;
  lowest: number;
  highest: number;
}

/** Told of what is asked for where only some of a log's events are there. */
export interface EdgesAsked {
  /** A cause, by its id, that is not there. */
  cause(eventId: string): void;
  /** The effects of a row, of which some may not be there. */
  effectsOf(row: number): void;
}

/** Causes and effects between the rows of a run. */
export class Edges {
  readonly missing: MissingCauses;
  readonly #parts: PartList;
  readonly #asked: EdgesAsked | undefined;
  /** By the number of a part: those behind it that have edges into it, ascending. Of the first `#joined` parts. */
  readonly #outer: OuterEdges[][] = [];
  #joined = 0;
  // Of the part that was read last.
  #first = 0;
  #count = 0;
  readonly #starts = new WordsInOrder(NOTHING);
  readonly #causes = new WordsInOrder(NOTHING);

  constructor(parts: PartList, missing = new MissingCauses(), asked?: EdgesAsked) {
    this.#parts = parts;
    this.missing = missing;
    this.#asked = asked;
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
    const start = this.#starts.at(place);
    const end = this.#starts.at(place + 1);
    for (let edge = start; edge < end; edge++) {
      const named = this.#causes.at(edge);
      const cause = named >= MISSING ? this.missing.cause(named - MISSING) : named;
      if (typeof cause === "string") this.#asked?.cause(cause);
      causes.push(cause);
    }
    return causes;
  }

  /** Whether each cause of a row is, by `partners`, the one in the same place of another run's row: made without a list of either. */
  matchInOrder(row: number, other: Edges, otherRow: number, partners: Uint32Array): boolean {
    if (!this.#turnTo(row) || !other.#turnTo(otherRow)) return false;
    const start = this.#starts.at(row - this.#first);
    const otherStart = other.#starts.at(otherRow - other.#first);
    const count = this.#starts.at(row - this.#first + 1) - start;
    if (count !== other.#starts.at(otherRow - other.#first + 1) - otherStart) return false;
    for (let at = 0; at < count; at++) {
      const cause = this.#settledRow(this.#causes.at(start + at));
      const partner = partners[other.#settledRow(other.#causes.at(otherStart + at))];
      if (partner !== cause + 1) return false;
    }
    return true;
  }

  /** Rows of the effects, in the order of the log. */
  effectsOf(row: number): Iterable<number> {
    this.#asked?.effectsOf(row);
    this.#join();
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

  /** To be called when a frozen part, the last, grows again. */
  thawed(part: FrozenPart): void {
    this.forget();
    if (this.#joined <= this.#parts.frozen.length) return;
    this.#joined--;
    this.#outer.pop();
    for (const outer of this.#outer) if (outer.at(-1)?.part === part) outer.pop();
  }

  /** Lets go of the arrays that were read last: to be called when a part has been frozen or added as well. */
  forget(): void {
    this.#count = 0;
    this.#starts.turnTo(NOTHING);
    this.#causes.turnTo(NOTHING);
  }

  /** Takes note of the parts that have come since effects were last asked for. */
  #join(): void {
    const { frozen } = this.#parts;
    for (; this.#joined < frozen.length; this.#joined++) {
      const part = frozen[this.#joined];
      if (part === undefined) return;
      const number = this.#joined;
      const [starts, lowest, highest] = [
        part.arrays.words("outerStarts"),
        part.arrays.words("outerLowest"),
        part.arrays.words("outerHighest"),
      ];
      this.#outer.push([]);
      for (let before = 0; before < number; before++) {
        if (starts[before] === starts[before + 1]) continue;
        this.#outer[before]?.push({ part, lowest: lowest[before] ?? 0, highest: highest[before] ?? 0 });
      }
    }
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
    this.#starts.turnTo(part.blocks("causeStarts"));
    this.#causes.turnTo(part.blocks("causes"));
    return true;
  }
}

function* joined(lists: readonly Iterable<number>[]): Generator<number> {
  for (const list of lists) yield* list;
}
