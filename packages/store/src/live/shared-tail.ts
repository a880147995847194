import type { RunView } from "../reader/index.ts";
import type { BatchReader } from "./batch-reader.ts";
import { type BatchRoom, RecentBatches } from "./recent-batches.ts";
import type { EventBatch, Place } from "./types.ts";

/** A cursor as the tail sees it. */
export interface TailCursor {
  /** Where it stands; `undefined` at the tail, waiting. */
  place: Place | undefined;
  wake(): void;
}

/**
 * The end of the log as the cursors with one filter see it: what comes is read once, by the first that waits for it, and given to
 * all. A cursor that is slower finds the batches that it missed at hand; one that is slower still holds its place alone, reads for
 * itself, and is back with the others when it is level.
 */
export class SharedTail {
  readonly reader: BatchReader;
  readonly #room: BatchRoom;
  readonly #waiting = new Set<TailCursor>();
  readonly #recent = new RecentBatches();
  /** What was read by one that was behind; others may come the same way. */
  readonly #earlier = new RecentBatches();
  /** Behind the last event that was given, and behind the last row that was looked at. */
  #end: Place;
  #seen: Place;
  cursors = 0;

  constructor(reader: BatchReader, begin: Place, room: BatchRoom) {
    this.reader = reader;
    this.#room = room;
    this.#end = begin;
    this.#seen = begin;
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  get seen(): Place {
    return this.#seen;
  }

  /** Bytes of batches that are kept at hand. */
  get held(): number {
    return this.#recent.bytes + this.#earlier.bytes;
  }

  /** Reads on, and gives what matches to those who wait. */
  advance(view: RunView, said?: ReadonlySet<string>): void {
    const read = this.reader.read(view, this.#seen, said && { said });
    if (read.from.generation !== this.#end.generation) this.#beginAgain(read.from);
    this.#seen = read.to;
    if (read.events.length === 0) return;
    // What lies between holds nothing that matches: batches join on to one another.
    const batch = { ...read, from: this.#end };
    this.#end = read.to;
    this.#recent.keep(batch, this.#room.share);
    this.#release(batch.from);
  }

  /** What is at hand for a cursor. */
  recentFor(place: Place): EventBatch | undefined {
    return this.#recent.at(place) ?? this.#earlier.at(place);
  }

  /** Lets a cursor wait here, where it is level. */
  isLevel(cursor: TailCursor): boolean {
    const { place } = cursor;
    if (place === undefined) return true;
    if (place.generation !== this.#end.generation || place.row < this.#end.row) return false;
    if (place.row > this.#seen.row) {
      // It begins ahead of where the others have come: from now on that is the tail.
      this.#release(this.#end);
      this.#end = place;
      this.#seen = place;
    }
    cursor.place = undefined;
    this.#waiting.add(cursor);
    return true;
  }

  /** Reads for a cursor that is behind, up to where it finds what others have read. */
  readFor(view: RunView, place: Place, said?: ReadonlySet<string>): EventBatch {
    const isHere = place.generation === this.#end.generation;
    const before = isHere
      ? Math.min(
          this.#recent.firstBehind(place.row),
          place.row < this.#end.row ? this.#end.row : Number.POSITIVE_INFINITY,
        )
      : Number.POSITIVE_INFINITY;
    const batch = this.reader.read(view, place, { before, ...(said && { said }) });
    // The index is another, and nobody has waited here since.
    if (batch.to.generation !== this.#end.generation) {
      this.#release(this.#end);
      this.#beginAgain(batch.to);
      this.#seen = batch.to;
    }
    if (batch.events.length > 0 && this.cursors > 1) this.#earlier.keep(batch, this.#room.share);
    return batch;
  }

  /** Wakes those who wait, where they stand. */
  wakeWaiting(): void {
    for (const cursor of this.#waiting) cursor.wake();
  }

  remove(cursor: TailCursor): void {
    this.#waiting.delete(cursor);
  }

  /** In an index that is another: rows mean something else. */
  #beginAgain(place: Place): void {
    this.#recent.clear();
    this.#earlier.clear();
    this.#end = place;
  }

  #release(from: Place): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const cursor of waiting) {
      cursor.place = from;
      cursor.wake();
    }
  }
}
