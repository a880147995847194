/** Of a log: some thousand lines, as many as three of the ranges in which the tables are read. */
export const BLOCK_BYTES = 1_048_576;

/** In which block of a log an event lies, by its id: ids of a whole run ascend, and a table is read at a place faster than through an index of ids. */
export class Blocks {
  readonly #blocks: readonly number[];
  readonly #firstIds: readonly string[];

  /** @param starts in ascending order, but for the first block: its number and its first id, blocks in which no line begins left out */
  constructor(starts: readonly (readonly [block: number, firstId: string])[]) {
    this.#blocks = [0, ...starts.map(([block]) => block)];
    this.#firstIds = ["", ...starts.map(([, id]) => id)];
  }

  /** The one in which an event of this id lies, where there is one. */
  of(id: string): number {
    let [low, high] = [0, this.#firstIds.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#firstIds[middle] ?? "") <= id) low = middle;
      else high = middle;
    }
    return this.#blocks[low] ?? 0;
  }
}

/** Events of `{ids:Array(String)}`, by {@link idParameters}. */
export const OF_IDS = `intDiv(place, ${BLOCK_BYTES}) IN {blocks:Array(UInt64)} AND event_id IN {ids:Array(String)}`;

export function idParameters(blocks: Blocks, ids: readonly string[]) {
  return { ids, blocks: [...new Set(ids.map((id) => blocks.of(id)))] };
}
