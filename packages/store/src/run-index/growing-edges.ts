import { Uint32List } from "./growable.ts";
import { MISSING, type WordsName } from "./part-arrays.ts";

const NOTHING = 0xffffffff;
/** Rows of a part, and more: a row and a row of a part in one number that stays exact. */
const ROWS = 2 ** 20;

/** The arrays of a part's edges that follow from its own rows. */
export type EdgeArrays = Record<
  Extract<WordsName, "causeStarts" | "causes" | "effectStarts" | "effects" | "outerCauses" | "outerEffects">,
  Uint32Array
>;

/**
 * The causes that a growing part's events name: they lie side by side, as rows of the run; the effects of a row are a ring through the
 * edges, entered at its last, so that they are walked in order and added to in one step.
 */
export class GrowingEdges {
  readonly #first: number;
  readonly #starts: Uint32List;
  readonly #causes: Uint32List;
  readonly #next: Uint32List;
  readonly #lastEffect: Uint32List;
  /** The same for rows of the parts before. */
  readonly #lastOuterEffect = new Map<number, number>();

  /** @param frozen of a part that grows again */
  constructor(first: number, frozen?: Pick<EdgeArrays, "causeStarts" | "causes">) {
    this.#first = first;
    this.#starts = new Uint32List(frozen?.causeStarts ?? new Uint32Array(1));
    this.#causes = new Uint32List(frozen?.causes);
    this.#next = new Uint32List(new Uint32Array(this.#causes.length));
    this.#lastEffect = new Uint32List(new Uint32Array(this.#starts.length - 1).fill(NOTHING));
    for (let edge = 0; edge < this.#causes.length; edge++) {
      this.#next.values[edge] = edge;
      const cause = this.#causes.values[edge] ?? 0;
      if (cause < MISSING) this.#link(edge, cause);
    }
  }

  get count(): number {
    return this.#causes.length;
  }

  /** Opens the next row; its causes follow. */
  addRow(): void {
    this.#starts.push(this.#causes.length);
    this.#lastEffect.push(NOTHING);
  }

  /** Of the row added last: the cause's row, or MISSING and a number. */
  addCause(cause: number): void {
    const edge = this.#causes.length;
    this.#causes.push(cause);
    this.#next.push(edge);
    this.#starts.values[this.#starts.length - 1] = edge + 1;
    if (cause < MISSING) this.#link(edge, cause);
  }

  /** Where in `causes` those of each row begin; the array is another one once rows have been added. */
  get starts(): Uint32Array {
    return this.#starts.values;
  }

  get causes(): Uint32Array {
    return this.#causes.values;
  }

  hasEffectsOf(row: number): boolean {
    return this.#lastEdgeTo(row) !== NOTHING;
  }

  /** Rows of the effects of any row of the run, in the order of the log. */
  *effectsOf(row: number): Generator<number> {
    const last = this.#lastEdgeTo(row);
    if (last === NOTHING) return;
    let edge = last;
    do {
      edge = this.#next.values[edge] ?? last;
      yield this.#rowOf(edge);
    } while (edge !== last);
  }

  reserve(rows: number, edges: number): void {
    this.#starts.reserve(rows + 1);
    this.#lastEffect.reserve(rows);
    this.#causes.reserve(edges);
    this.#next.reserve(edges);
  }

  trim(): void {
    for (const list of [this.#starts, this.#causes, this.#next, this.#lastEffect]) list.trim();
  }

  get bytes(): number {
    const rings = this.#next.bytes + this.#lastEffect.bytes + this.#lastOuterEffect.size * 40;
    return this.#starts.bytes + this.#causes.bytes + rings;
  }

  /** All in arrays that nothing is added to, the effects laid side by side as well. */
  filled(): EdgeArrays {
    const first = this.#first;
    const starts = this.#starts.view();
    const causes = this.#causes.view();
    const rows = starts.length - 1;
    const effectStarts = new Uint32Array(rows + 1);
    let outer = 0;
    for (const cause of causes) {
      if (cause >= MISSING) continue;
      if (cause < first) outer++;
      else effectStarts[cause - first + 1] = (effectStarts[cause - first + 1] ?? 0) + 1;
    }
    for (let row = 0; row < rows; row++)
      effectStarts[row + 1] = (effectStarts[row + 1] ?? 0) + (effectStarts[row] ?? 0);
    const effects = new Uint32Array(effectStarts[rows] ?? 0);
    const next = effectStarts.slice();
    const outerEdges = new Float64Array(outer);
    outer = 0;
    for (let row = 0; row < rows; row++) {
      const end = starts[row + 1] ?? 0;
      for (let edge = starts[row] ?? 0; edge < end; edge++) {
        const cause = causes[edge] ?? 0;
        if (cause >= MISSING) continue;
        if (cause < first) outerEdges[outer++] = cause * ROWS + row;
        else {
          const place = next[cause - first] ?? 0;
          effects[place] = row;
          next[cause - first] = place + 1;
        }
      }
    }
    outerEdges.sort();
    return {
      causeStarts: starts.slice(),
      causes: causes.slice(),
      effectStarts,
      effects,
      outerCauses: Uint32Array.from(outerEdges, (edge) => Math.floor(edge / ROWS)),
      outerEffects: Uint32Array.from(outerEdges, (edge) => edge % ROWS),
    };
  }

  #link(edge: number, cause: number): void {
    const place = cause - this.#first;
    const next = this.#next.values;
    const last = this.#lastEdgeTo(cause);
    if (last !== NOTHING) {
      next[edge] = next[last] ?? edge;
      next[last] = edge;
    }
    if (place >= 0) this.#lastEffect.values[place] = edge;
    else this.#lastOuterEffect.set(cause, edge);
  }

  #lastEdgeTo(row: number): number {
    const place = row - this.#first;
    return (place >= 0 ? this.#lastEffect.values[place] : this.#lastOuterEffect.get(row)) ?? NOTHING;
  }

  /** The row whose causes hold the edge. */
  #rowOf(edge: number): number {
    const starts = this.#starts.values;
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= edge) low = middle;
      else high = middle - 1;
    }
    return low + this.#first;
  }
}
