import { setTimeout as wait } from "node:timers/promises";
import { Concurrency } from "./concurrency.ts";
import { FolderSlots } from "./folder-slots.ts";
import { OwnSlots, type Slots } from "./slots.ts";

export interface RateLimit {
  /** Absent: as many as one likes, but for pauses. */
  requests_per_minute?: number;
}

/**
 * A rate, evenly spread: the time is cut into slots, one request each. A minute sees one request more than the rate at most. Who is told
 * to wait by the server says so to all (`pause`).
 */
export class Rate {
  readonly #slots: Slots;
  readonly #slotMs: number | undefined;
  readonly #now: () => number;
  /** One process asks for one slot at a time: who came first has the earlier one. */
  readonly #queue = new Concurrency(1);

  private constructor(slots: Slots, slotMs: number | undefined, now: () => number) {
    this.#slots = slots;
    this.#slotMs = slotMs;
    this.#now = now;
  }

  /**
   * Of one run.
   *
   * @throws RangeError where the rate is no positive number
   */
  static ofRun(limit: RateLimit = {}, now: () => number = Date.now): Rate {
    return new Rate(new OwnSlots(), slotOf(limit), now);
  }

  /**
   * Of all the runs of a batch, which may be processes of their own, on one machine.
   *
   * @param folder of the batch, for the rate alone; made where it is not there
   * @throws RangeError where the rate is no positive number
   */
  static ofBatch(folder: string, limit: RateLimit = {}, now: () => number = Date.now): Rate {
    const slotMs = slotOf(limit);
    return new Rate(new FolderSlots(folder, slotMs, now), slotMs, now);
  }

  /**
   * Waits until a request may go out.
   *
   * @throws the signal's reason
   */
  turn(signal?: AbortSignal): Promise<void> {
    return this.#queue.run(() => this.#take(signal), signal);
  }

  /** No request of anybody who shares the rate goes out for so long, in milliseconds from now. */
  pause(milliseconds: number): void {
    const until = this.#now() + milliseconds;
    if (until > this.#slots.pausedUntil()) this.#slots.pauseUntil(until);
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    const slotMs = this.#slotMs;
    for (;;) {
      const now = this.#now();
      const from = Math.max(now, this.#slots.pausedUntil());
      const at = slotMs === undefined ? from : this.#slots.take(Math.floor(from / slotMs)) * slotMs;
      await sleep(Math.max(at, from) - now, signal);
      // A pause may have been called for in the meantime: then the slot is lost, and one after it is taken.
      if (this.#slots.pausedUntil() <= this.#now()) return;
    }
  }
}

function slotOf({ requests_per_minute }: RateLimit): number | undefined {
  if (requests_per_minute === undefined) return undefined;
  if (!(requests_per_minute > 0))
    throw new RangeError(`llm.requests_per_minute is ${requests_per_minute}: give a number above 0`);
  return 60_000 / requests_per_minute;
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
