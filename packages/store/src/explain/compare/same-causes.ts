import type { RunIndex } from "../../run-index/index.ts";

/** What is known of one run's events where both are compared. */
export interface ComparedRun {
  index: RunIndex;
  /** Rows of events that are there only for how long something took: what they led to rests on what led to them. */
  retries: ReadonlySet<number>;
}

/** Which events of two runs are the same one, and whether such two rest on the same. */
export class SameCauses {
  readonly #left: ComparedRun;
  readonly #right: ComparedRun;
  /** Of each row on the right, the left's row plus one. */
  readonly #partners: Uint32Array;

  constructor(left: ComparedRun, right: ComparedRun) {
    this.#left = left;
    this.#right = right;
    this.#partners = new Uint32Array(right.index.rows);
  }

  pair(left: number, right: number): void {
    this.#partners[right] = left + 1;
  }

  /** Whether two events name the same causes, in any order. Of one that is not in its log nothing is known: a gap tells of it. */
  areSame(left: number, right: number): boolean {
    if (this.#left.index.edges.matchInOrder(left, this.#right.index.edges, right, this.#partners))
      return true;
    const [ours, theirs] = this.differing(left, right);
    return ours.length === 0 && theirs.length === 0;
  }

  /** Rows of the causes that only the one and only the other has. */
  differing(left: number, right: number): [left: number[], right: number[]] {
    const [ours, theirs] = [causesOf(this.#left, left), causesOf(this.#right, right)];
    if (ours === undefined || theirs === undefined) return [[], []];
    const found = new Set([...theirs].map((row) => (this.#partners[row] ?? 0) - 1));
    const onlyLeft = [...ours].filter((row) => !found.has(row));
    const onlyRight = [...theirs].filter((row) => !ours.has((this.#partners[row] ?? 0) - 1));
    return [onlyLeft, onlyRight];
  }
}

/** Nearest first; `undefined` where one is not known, or stands behind its effect. */
function causesOf(
  { index, retries }: ComparedRun,
  row: number,
  found = new Set<number>(),
): Set<number> | undefined {
  for (const cause of index.edges.causesOf(row)) {
    if (typeof cause === "string" || cause >= row) return undefined;
    if (!retries.has(cause)) found.add(cause);
    else if (causesOf({ index, retries }, cause, found) === undefined) return undefined;
  }
  return found;
}
