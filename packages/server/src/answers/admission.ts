import { ApiError } from "../errors/index.ts";

export interface LaneBounds {
  /** Answers that are worked out at one time; one client has half of them at most. */
  atOnce: number;
  /** Questions that wait their turn: of one client, and of all. */
  waitingPerClient: number;
  waiting: number;
}

interface Waiting {
  client: string;
  admit: () => void;
}

/** Seconds after which to come again, whatever is guessed. */
const [SOONEST, LATEST] = [1, 30];

/**
 * Lets so many in at a time and makes others wait, the clients in turn, each its questions in their order. Who would wait behind too many is
 * refused at once.
 */
export class Admission {
  readonly #bounds: LaneBounds;
  /** Questions that wait, by client; the client whose turn is next comes first. */
  readonly #queues = new Map<string, Waiting[]>();
  readonly #inside = new Map<string, number>();
  #admitted = 0;
  #waiting = 0;
  /** Milliseconds that a question is inside, about. */
  #usual = 0;

  constructor(bounds: LaneBounds) {
    this.#bounds = bounds;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Resolves when it is the question's turn.
   *
   * @returns what is to be called when it is done with
   * @throws ApiError OVERLOADED, and the signal's reason
   */
  async enter(client: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    this.requireRoom(client);
    const queue = this.#queues.get(client) ?? [];
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const at = queue.indexOf(entry);
        if (at === -1) return;
        queue.splice(at, 1);
        this.#waiting--;
        if (queue.length === 0) this.#queues.delete(client);
        reject(signal.reason);
      };
      const entry: Waiting = {
        client,
        admit: () => {
          signal.removeEventListener("abort", leave);
          resolve(this.#letIn(client));
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      queue.push(entry);
      this.#waiting++;
      this.#queues.set(client, queue);
      this.#admitNext();
    });
  }

  /** Throws OVERLOADED where a question of the client's would neither be let in nor wait. */
  requireRoom(client: string): void {
    const { waitingPerClient, waiting } = this.#bounds;
    const isFull = (this.#queues.get(client)?.length ?? 0) >= waitingPerClient || this.#waiting >= waiting;
    if (isFull && !this.#hasRoomFor(client)) throw this.#overloaded();
  }

  #admitNext(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) next.admit();
  }

  /** Takes the first question of the client whose turn it is out of its queue, and puts the client behind the others. */
  #next(): Waiting | undefined {
    for (const [client, queue] of this.#queues) {
      if (!this.#hasRoomFor(client)) continue;
      const first = queue.shift();
      if (first === undefined) continue;
      this.#queues.delete(client);
      if (queue.length > 0) this.#queues.set(client, queue);
      this.#waiting--;
      return first;
    }
    return undefined;
  }

  #hasRoomFor(client: string): boolean {
    const { atOnce } = this.#bounds;
    const most = Math.max(1, Math.floor(atOnce / 2));
    return this.#admitted < atOnce && (this.#inside.get(client) ?? 0) < most;
  }

  #letIn(client: string): () => void {
    this.#admitted++;
    this.#inside.set(client, (this.#inside.get(client) ?? 0) + 1);
    const since = performance.now();
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#admitted--;
      const left = (this.#inside.get(client) ?? 1) - 1;
      if (left === 0) this.#inside.delete(client);
      else this.#inside.set(client, left);
      this.#usual = 0.8 * this.#usual + 0.2 * (performance.now() - since);
      this.#admitNext();
    };
  }

  #overloaded(): ApiError {
    const { atOnce } = this.#bounds;
    const seconds = Math.ceil(((this.#waiting + 1) * this.#usual) / atOnce / 1000);
    return new ApiError(
      "OVERLOADED",
      "The server works on as many questions of this kind as it takes: ask again after the seconds that Retry-After says.",
      undefined,
      Math.min(LATEST, Math.max(SOONEST, seconds)),
    );
  }
}
