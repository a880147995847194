import { Uint32List } from "./growable.ts";

const NOTHING = 0xffffffff;
/** Set in a cause that is not in the log; the rest is its number among the missing. */
const MISSING = 0x80000000;

/**
 * Causes and effects between rows, append-only: an event's causes lie side by side; the effects of a row are a
 * ring through the edges, entered at its last, so that they are walked in order and added to in one step.
 * 8 bytes a row and 8 an edge.
 */
export class Edges {
  readonly #starts: Uint32List;
  readonly #causes: Uint32List;
  readonly #next: Uint32List;
  readonly #lastEffect: Uint32List;
  readonly #missing: MissingParents;

  constructor(saved?: SavedEdges) {
    this.#starts = new Uint32List(saved?.starts ?? new Uint32Array(1));
    this.#causes = new Uint32List(saved?.causes);
    this.#next = new Uint32List(saved?.next);
    this.#lastEffect = new Uint32List(saved?.lastEffect);
    this.#missing = new MissingParents(saved?.missing ?? []);
  }

  /** Opens the next row; its causes follow by `addCause` or `addMissing`. */
  addRow(): void {
    this.#starts.push(this.#causes.length);
    this.#lastEffect.push(NOTHING);
  }

  /** Of the row added last. */
  addCause(cause: number): void {
    const edge = this.#causes.length;
    this.#causes.push(cause);
    this.#next.push(edge);
    this.#starts.values[this.#starts.length - 1] = edge + 1;
    this.#link(edge, cause);
  }

  /** Of the row added last: a cause that no row is known for (yet). */
  addMissing(eventId: string): void {
    const edge = this.#causes.length;
    this.#causes.push(MISSING | this.#missing.refer(eventId, edge));
    this.#next.push(edge);
    this.#starts.values[this.#starts.length - 1] = edge + 1;
  }

  get count(): number {
    return this.#causes.length;
  }

  /** Whether some cause stands behind its effect. */
  get hasLateCauses(): boolean {
    return this.#missing.hasSettled;
  }

  get hasMissing(): boolean {
    return this.#missing.size > 0;
  }

  /** An event came that others, before it, name as their cause. */
  resolveMissing(eventId: string, row: number): void {
    for (const edge of this.#missing.settle(eventId)) {
      this.#causes.values[edge] = row;
      this.#link(edge, row);
    }
  }

  /** Rows of the causes as they are named, nearest first; one that is missing as its id. */
  causesOf(row: number): (number | string)[] {
    const causes: (number | string)[] = [];
    const end = this.#starts.values[row + 1] ?? 0;
    for (let edge = this.#starts.values[row] ?? 0; edge < end; edge++) {
      const cause = this.#causes.values[edge] ?? 0;
      causes.push(cause >= MISSING ? this.#missing.id(cause - MISSING) : cause);
    }
    return causes;
  }

  /** Whether each cause of a row is, by `partners`, the one in the same place of another run's row: made without a list of either. */
  matchInOrder(row: number, other: Edges, otherRow: number, partners: Uint32Array): boolean {
    const [starts, otherStarts] = [this.#starts.values, other.#starts.values];
    const [start, otherStart] = [starts[row] ?? 0, otherStarts[otherRow] ?? 0];
    const count = (starts[row + 1] ?? 0) - start;
    if (count !== (otherStarts[otherRow + 1] ?? 0) - otherStart) return false;
    for (let at = 0; at < count; at++) {
      const cause = this.#causes.values[start + at] ?? 0;
      const partner = partners[other.#causes.values[otherStart + at] ?? 0];
      if (partner !== cause + 1) return false;
    }
    return true;
  }

  /** Rows of the effects, in the order of the log. */
  *effectsOf(row: number): Generator<number> {
    const last = this.#lastEffect.values[row] ?? NOTHING;
    if (last === NOTHING) return;
    let edge = last;
    do {
      edge = this.#next.values[edge] ?? last;
      yield this.#rowOf(edge);
    } while (edge !== last);
  }

  /** Rows that name an event which is not in the log. */
  effectsOfMissing(eventId: string): number[] {
    return this.#missing.edges(eventId).map((edge) => this.#rowOf(edge));
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
    return this.#starts.bytes + this.#causes.bytes + this.#next.bytes + this.#lastEffect.bytes;
  }

  save(): SavedEdges {
    return {
      starts: this.#starts.view(),
      causes: this.#causes.view(),
      next: this.#next.view(),
      lastEffect: this.#lastEffect.view(),
      missing: this.#missing.save(),
    };
  }

  #link(edge: number, cause: number): void {
    const next = this.#next.values;
    const last = this.#lastEffect.values[cause] ?? NOTHING;
    if (last !== NOTHING) {
      next[edge] = next[last] ?? edge;
      next[last] = edge;
    }
    this.#lastEffect.values[cause] = edge;
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
    return low;
  }
}

export interface SavedEdges {
  starts: Uint32Array;
  causes: Uint32Array;
  next: Uint32Array;
  lastEffect: Uint32Array;
  missing: [eventId: string, edges: number[]][];
}

/** Causes that are named and not in the log, with the edges that name them. */
class MissingParents {
  readonly #ids: string[] = [];
  readonly #edges = new Map<string, number[]>();
  readonly #numbers = new Map<string, number>();

  constructor(saved: readonly [string, number[]][]) {
    for (const [id, edges] of saved) {
      this.#numbers.set(id, this.#ids.length);
      this.#ids.push(id);
      if (edges.length > 0) this.#edges.set(id, [...edges]);
    }
  }

  get size(): number {
    return this.#edges.size;
  }

  /** Whether one that was missing came after all. */
  get hasSettled(): boolean {
    return this.#edges.size < this.#ids.length;
  }

  id(number: number): string {
    return this.#ids[number] ?? "";
  }

  edges(id: string): readonly number[] {
    return this.#edges.get(id) ?? [];
  }

  /** @returns the id's number */
  refer(id: string, edge: number): number {
    const edges = this.#edges.get(id);
    if (edges !== undefined) edges.push(edge);
    else {
      this.#edges.set(id, [edge]);
      if (!this.#numbers.has(id)) {
        this.#numbers.set(id, this.#ids.length);
        this.#ids.push(id);
      }
    }
    return this.#numbers.get(id) ?? 0;
  }

  /** Takes the id from the list; its edges. */
  settle(id: string): readonly number[] {
    const edges = this.edges(id);
    this.#edges.delete(id);
    return edges;
  }

  // Settled ids stay in the list of ids so that the numbers in the edges hold: they are saved without edges.
  save(): [string, number[]][] {
    return this.#ids.map((id) => [id, [...this.edges(id)]]);
  }
}
