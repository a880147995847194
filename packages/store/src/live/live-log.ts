import { setImmediate as nextTask, setTimeout as pause } from "node:timers/promises";
import { ACTIVE_SEGMENT_FILE, isBeingWritten } from "@llm-sim/events/run";
import type { ParsedCriteria } from "../query/index.ts";
import type { RunReader, RunView } from "../reader/index.ts";
import { isIndexFile } from "../sidecar/index.ts";
import { BatchReader, beginning } from "./batch-reader.ts";
import { type Change, ChangeSignal } from "./change-signal.ts";
import type { BatchRoom } from "./recent-batches.ts";
import { SharedTail, type TailCursor } from "./shared-tail.ts";
import type { EventBatch, EventCursor, Place } from "./types.ts";

/** While events keep coming, their writer is asked after no more often than this: it costs as much as an event. */
const LOCK_CHECK_MS = 100;
/** Milliseconds after which others are let in between. */
const SLICE = 10;
/**
 * To hand a batch on takes some 30 µs a cursor, whatever is in it: many cursors are given more at a time instead of more often.
 * Ten and fewer are given each event as it comes.
 */
const REST_PER_CURSOR = 0.1;
const LONGEST_REST = 50;

interface LiveLogOptions {
  /** Milliseconds. */
  pollInterval: number;
  /** Ends every cursor. */
  closing: AbortSignal;
  room: BatchRoom;
  /** The ids of events that a text is found behind, in what models were asked and answered. */
  saidIn: (view: RunView, text: string) => Promise<ReadonlySet<string>>;
}

/** The log of a run as its cursors follow it: one look at the disk for all of them, one reading for all with the same filter. */
export class LiveLog {
  readonly #reader: RunReader;
  readonly #options: LiveLogOptions;
  readonly #tails = new Map<string, SharedTail>();
  readonly #cursors = new Set<LogCursor>();
  #changes: ChangeSignal | undefined;
  /** As far as the log was taken in when it was last looked at. */
  #known = { rows: 0, generation: Number.NaN };
  #isOver = false;

  constructor(reader: RunReader, options: LiveLogOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  /** Bytes of events that are kept at hand for cursors that are a little behind. */
  get held(): number {
    let sum = 0;
    for (const tail of this.#tails.values()) sum += tail.held;
    return sum;
  }

  /**
   * @param onMore called when it pays to ask the cursor again
   * @throws StoreError INVALID_ARGUMENT
   */
  async join(criteria: ParsedCriteria, after: string | undefined, onMore: () => void): Promise<EventCursor> {
    const reader = new BatchReader(criteria);
    const key = JSON.stringify(Object.entries(criteria).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const place = await this.#reader.look((view) => beginning(view, after));
    let tail = this.#tails.get(key);
    if (tail === undefined) {
      tail = new SharedTail(reader, place, this.#options.room);
      this.#tails.set(key, tail);
      this.#options.room.enter();
    }
    tail.cursors++;
    const cursor: LogCursor = new LogCursor(tail, place, {
      onMore,
      onLevel: () => this.#isLevel(tail),
      read: (from) => this.#readFor(tail, from),
      onClose: () => this.#leave(key, tail, cursor),
    });
    this.#cursors.add(cursor);
    // Somebody may have gone on with it.
    this.#isOver = false;
    this.#follow();
    return cursor;
  }

  #leave(key: string, tail: SharedTail, cursor: LogCursor): void {
    this.#cursors.delete(cursor);
    tail.remove(cursor);
    tail.cursors--;
    if (tail.cursors === 0 && this.#tails.get(key) === tail) {
      this.#tails.delete(key);
      this.#options.room.leave();
    }
    if (this.#cursors.size === 0) this.#changes?.wake();
  }

  /** A cursor has come to the tail's end: what the index holds behind it is read at once. */
  #isLevel(tail: SharedTail): void {
    if (this.#isBehind(tail) && tail.reader.saidText === undefined)
      this.#reader.lookAtKnown((view) => tail.advance(view));
    if (tail.hasWaiting && (this.#isOver || this.#isBehind(tail))) this.#changes?.wake();
  }

  #isBehind({ seen }: SharedTail): boolean {
    return seen.generation !== this.#known.generation || seen.row < this.#known.rows;
  }

  #readFor(tail: SharedTail, place: Place): EventBatch | Promise<EventBatch> {
    const { saidText } = tail.reader;
    if (saidText !== undefined)
      return this.#reader.look(async (view) =>
        tail.readFor(view, place, await this.#options.saidIn(view, saidText)),
      );
    const read = (view: RunView): EventBatch => tail.readFor(view, place);
    return this.#reader.lookAtKnown(read) ?? this.#reader.look(read);
  }

  #follow(): void {
    if (this.#changes !== undefined) {
      this.#changes.wake();
      return;
    }
    const changes = new ChangeSignal(this.#reader.directory, this.#options.pollInterval, {
      written: ACTIVE_SEGMENT_FILE,
      ignored: isIndexFile,
    });
    this.#changes = changes;
    const { closing } = this.#options;
    const wake = (): void => changes.wake();
    closing.addEventListener("abort", wake);
    this.#run(changes)
      .catch((error: unknown) => {
        for (const cursor of this.#cursors) cursor.fail(error);
      })
      .finally(() => {
        closing.removeEventListener("abort", wake);
        changes.close();
        this.#changes = undefined;
        if (closing.aborted) for (const cursor of this.#cursors) cursor.end();
        // One may have come in the meantime.
        else if ([...this.#cursors].some((cursor) => !cursor.isDone)) this.#follow();
      });
  }

  async #run(changes: ChangeSignal): Promise<void> {
    let checkedAt = Number.NEGATIVE_INFINITY;
    let change: Change = "any";
    while (this.#cursors.size > 0 && !this.#options.closing.aborted) {
      const begun = performance.now();
      const before = this.#known;
      if (change !== "written" || this.#reader.lookAtWritten((view) => this.#advance(view)) === undefined)
        await this.#reader.look((view) => this.#advance(view));
      await this.#advanceSaid();
      while (this.#isSomeoneBehind()) {
        await nextTask();
        if (this.#reader.lookAtKnown((view) => this.#advance(view)) === undefined)
          await this.#reader.look((view) => this.#advance(view));
        await this.#advanceSaid();
      }
      const isNew = before.rows !== this.#known.rows || before.generation !== this.#known.generation;
      if (isNew) this.#isOver = false;
      if (this.#isOver) {
        for (const cursor of this.#cursors) if (cursor.place === undefined) cursor.end();
      }
      // The lock is looked at behind the events, not before, which would delay them; a writer that has gone may have
      // written meanwhile, so the log is then looked at once more.
      else if (!isNew || performance.now() - checkedAt > LOCK_CHECK_MS) {
        checkedAt = performance.now();
        if (!isBeingWritten(this.#reader.directory)) {
          this.#isOver = true;
          change = "any";
          continue;
        }
      }
      const rest = Math.min(LONGEST_REST, this.#cursors.size * REST_PER_CURSOR);
      const left = rest - (performance.now() - begun);
      if (isNew && rest > 1 && left > 1) await pause(left);
      change = await changes.next();
    }
  }

  /** @returns how many rows the log has */
  #advance(view: RunView): number {
    const { index, generation } = view.byPlace();
    this.#known = { rows: index.rows, generation };
    const until = performance.now() + SLICE;
    for (const tail of this.#tails.values()) {
      if (!tail.hasWaiting || !this.#isBehind(tail) || tail.reader.saidText !== undefined) continue;
      tail.advance(view);
      if (performance.now() > until) break;
    }
    return index.rows;
  }

  async #advanceSaid(): Promise<void> {
    for (const tail of this.#tails.values()) {
      const { saidText } = tail.reader;
      if (saidText === undefined || !tail.hasWaiting || !this.#isBehind(tail)) continue;
      await this.#reader.look(async (view) => {
        const said = await this.#options.saidIn(view, saidText);
        tail.advance(view, said);
      });
    }
  }

  #isSomeoneBehind(): boolean {
    for (const tail of this.#tails.values()) if (tail.hasWaiting && this.#isBehind(tail)) return true;
    return false;
  }
}

interface LogCursorOptions {
  onMore: () => void;
  onLevel: () => void;
  read: (place: Place) => EventBatch | Promise<EventBatch>;
  onClose: () => void;
}

class LogCursor implements EventCursor, TailCursor {
  place: Place | undefined;
  readonly #tail: SharedTail;
  readonly #options: LogCursorOptions;
  #isReading = false;
  /** What was read for it and not yet taken. */
  #read: EventBatch | undefined;
  #failure: { error: unknown } | undefined;
  #isEnded = false;
  #isClosed = false;

  constructor(tail: SharedTail, place: Place, options: LogCursorOptions) {
    this.#tail = tail;
    this.place = place;
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isEnded;
  }

  /** Nothing more comes. */
  get isDone(): boolean {
    return this.#isEnded || this.#isClosed || this.#failure !== undefined;
  }

  take(): EventBatch | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    const { place } = this;
    if (this.#isEnded || this.#isClosed || this.#isReading || place === undefined) return undefined;
    const atHand = this.#read ?? this.#tail.recentFor(place);
    this.#read = undefined;
    if (atHand !== undefined) return this.#passed(atHand);
    if (this.#tail.isLevel(this)) {
      this.#options.onLevel();
      // It may have been given something at once.
      return this.place === undefined ? undefined : this.take();
    }
    const read = this.#options.read(place);
    if (!(read instanceof Promise)) return this.#passed(read);
    this.#isReading = true;
    read.then(
      (batch) => {
        this.#isReading = false;
        this.#read = batch;
        this.wake();
      },
      (error: unknown) => this.fail(error),
    );
    return undefined;
  }

  #passed(batch: EventBatch): EventBatch | undefined {
    this.place = batch.to;
    if (batch.events.length > 0) return batch;
    // Nothing of what was looked through matches: on, when others have had their turn.
    setImmediate(() => this.wake());
    return undefined;
  }

  wake(): void {
    if (!this.#isClosed) this.#options.onMore();
  }

  end(): void {
    this.#isEnded = true;
    this.wake();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.wake();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.onClose();
  }
}
