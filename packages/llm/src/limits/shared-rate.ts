import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Concurrency } from "./concurrency.ts";

export interface RateLimit {
  /** Absent: as many as one likes, but for pauses. */
  requests_per_minute?: number;
}

const SLOT = /^slot-(\d+)$/;
const PAUSE = "pause";
/** Slots that are over by so long, in milliseconds, are nobody's any more. */
const KEPT_MS = 10_000;

/**
 * A rate, evenly spread, that processes of one machine share by a folder: the time is cut into slots, one request each, and a slot is whose file could
 * be made in the folder first. Making a file that must not be there is atomic, so that no lock is needed, and who dies holding a slot
 * costs the others that slot alone. A minute sees one request more than the rate at most.
 *
 * Who is told to wait by the server says so to all (`pause`).
 */
export class SharedRate {
  readonly #folder: string;
  readonly #slotMs: number | undefined;
  readonly #now: () => number;
  /** One process asks for one slot at a time: who came first has the earlier one. */
  readonly #queue = new Concurrency(1);
  /** Slots of this process whose files are still there. */
  #taken: number[] = [];

  /**
   * @param folder of the batch; made where it is not there
   * @throws RangeError where the rate is no positive number
   */
  constructor(folder: string, { requests_per_minute }: RateLimit, now: () => number = Date.now) {
    if (requests_per_minute !== undefined && !(requests_per_minute > 0))
      throw new RangeError(`limits.requests_per_minute is ${requests_per_minute}: give a number above 0`);
    this.#folder = folder;
    this.#slotMs = requests_per_minute === undefined ? undefined : 60_000 / requests_per_minute;
    this.#now = now;
    mkdirSync(folder, { recursive: true });
    this.#removeOld();
  }

  /**
   * Waits until a request may go out.
   *
   * @throws the signal's reason
   */
  turn(signal?: AbortSignal): Promise<void> {
    return this.#queue.run(() => this.#take(signal), signal);
  }

  /** No request of any process that shares the folder goes out for so long, in milliseconds from now. */
  pause(milliseconds: number): void {
    const until = this.#now() + milliseconds;
    if (until <= this.#pausedUntil()) return;
    const made = join(this.#folder, `${PAUSE}-${process.pid}`);
    writeFileSync(made, String(until));
    renameSync(made, join(this.#folder, PAUSE));
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    const slotMs = this.#slotMs;
    for (;;) {
      const now = this.#now();
      const from = Math.max(now, this.#pausedUntil());
      const at = slotMs === undefined ? from : this.#takeSlot(Math.floor(from / slotMs), slotMs) * slotMs;
      await sleep(Math.max(at, from) - now, signal);
      // A pause may have been called for in the meantime: then the slot is lost, and one after it is taken.
      if (this.#pausedUntil() <= this.#now()) return;
    }
  }

  #takeSlot(first: number, slotMs: number): number {
    const over = this.#taken.filter((slot) => this.#isOver(slot, slotMs));
    this.#taken = this.#taken.slice(over.length);
    for (const slot of over) this.#remove(`slot-${slot}`);
    for (let slot = first; ; slot++) {
      try {
        closeSync(openSync(join(this.#folder, `slot-${slot}`), "wx"));
        this.#taken.push(slot);
        return slot;
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
    }
  }

  #pausedUntil(): number {
    try {
      return Number(readFileSync(join(this.#folder, PAUSE), "utf8")) || 0;
    } catch {
      return 0;
    }
  }

  #removeOld(): void {
    const slotMs = this.#slotMs;
    if (slotMs === undefined) return;
    for (const name of readdirSync(this.#folder)) {
      const slot = SLOT.exec(name)?.[1];
      if (slot !== undefined && this.#isOver(Number(slot), slotMs)) this.#remove(name);
    }
  }

  #isOver(slot: number, slotMs: number): boolean {
    return (slot + 1) * slotMs < this.#now() - KEPT_MS;
  }

  #remove(name: string): void {
    try {
      unlinkSync(join(this.#folder, name));
    } catch {
      // Another process was faster, or it is not there.
    }
  }
}

async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds <= 0) return;
  try {
    await wait(Math.ceil(milliseconds), undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
