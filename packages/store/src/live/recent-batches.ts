import type { EventBatch, Place } from "./types.ts";

/** Bytes of batches that are kept at hand for all tails of a store together, and for one. */
const KEPT_BYTES = 16 * 1024 * 1024;
const KEPT_OF_ONE = 4 * 1024 * 1024;

/** What is kept at hand is shared out among the tails that there are. */
export class BatchRoom {
  readonly #bytes: number;
  #sharing = 0;

  constructor(bytes = KEPT_BYTES) {
    this.#bytes = bytes;
  }

  get share(): number {
    return Math.min(KEPT_OF_ONE, this.#bytes / Math.max(1, this.#sharing));
  }

  enter(): void {
    this.#sharing++;
  }

  leave(): void {
    this.#sharing--;
  }
}

/** Batches by the row at which they begin: the latest, as many as there is room for. */
export class RecentBatches {
  readonly #batches = new Map<number, EventBatch>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  at({ row, generation }: Place): EventBatch | undefined {
    const batch = this.#batches.get(row);
    return batch?.from.generation === generation ? batch : undefined;
  }

  /** The first row behind `row` at which one begins. */
  firstBehind(row: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (const begin of this.#batches.keys()) if (begin > row && begin < first) first = begin;
    return first;
  }

  keep(batch: EventBatch, room: number): void {
    this.#drop(batch.from.row);
    this.#batches.set(batch.from.row, batch);
    this.#bytes += batch.bytes;
    for (const row of this.#batches.keys()) {
      if (this.#bytes <= room) break;
      this.#drop(row);
    }
  }

  clear(): void {
    this.#batches.clear();
    this.#bytes = 0;
  }

  #drop(row: number): void {
    this.#bytes -= this.#batches.get(row)?.bytes ?? 0;
    this.#batches.delete(row);
  }
}
