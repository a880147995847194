import { dirname } from "node:path";
import { isRunReadError } from "@llm-sim/events/read";
import { StoreError, unreadable } from "../errors.ts";
import { type FollowedLog, isMoved, LogFollower } from "../follow/index.ts";
import { ArrayCache, DamagedIndex, type LogFacts, loadLog, logFacts, saveLog } from "../sidecar/index.ts";
import { RunView, StaleIndex } from "./run-view.ts";

export interface RunReaderOptions {
  /** Holds what is read of indexes that are kept in files; by default without a bound. */
  cache?: ArrayCache;
  /** Whether the index is kept beside the run. */
  sidecar: boolean;
  /** Called after each look: the index may have come to be, or grown. */
  onUse?: () => void;
}

/** Below this an index is made again sooner than it is worth a file. */
const MIN_SAVED_ROWS = 20_000;
/** It is saved again when it has grown by a quarter, or by so many rows: what is written then is its last part. */
const SAVED_GROWTH = 1.25;
const SAVED_ROWS = 16_384;
const ATTEMPTS = 5;
/** So many rows of parts that no longer change are held in memory while an index is being made, before they are written: 80 MB. */
const MOST_LOOSE_ROWS = 1_000_000;
/** What is kept has turned out to be damaged so often that it is not looked at again before it has been written anew. */
const MOST_DAMAGES = 2;

/**
 * The one way to a run's index and events. `look` first takes in what the log has gained; the index comes from beside the run,
 * or is made, when it is first needed.
 */
export class RunReader {
  readonly id: string;
  readonly directory: string;
  readonly #options: RunReaderOptions;
  readonly #cache: ArrayCache;
  #loading: Promise<LogFollower> | undefined;
  #follower: LogFollower | undefined;
  #savedRows = 0;
  #saving: Promise<void> | undefined;
  #isReadOnly = false;
  /** How often what was kept turned out not to be whole, since it was written. */
  #damages = 0;
  #isClosed = false;
  #asking = 0;

  constructor(id: string, directory: string, options: RunReaderOptions) {
    this.id = id;
    this.directory = directory;
    this.#options = options;
    this.#cache = options.cache ?? new ArrayCache(Number.POSITIVE_INFINITY);
  }

  get isIdle(): boolean {
    return this.#asking === 0 && this.#saving === undefined;
  }

  get isLoaded(): boolean {
    return this.#follower !== undefined;
  }

  /** Bytes of memory that `release` would give back. */
  get heldBytes(): number {
    return this.#follower?.heldBytes ?? 0;
  }

  /**
   * Answers from the log as it is now. `answer` may be called again where the log turns out to have been changed behind the
   * index; where it is asynchronous, it must look at the view's generation after each wait.
   */
  async look<T>(answer: (view: RunView) => T | Promise<T>): Promise<T> {
    this.#asking++;
    try {
      return await this.#look(answer);
    } finally {
      this.#asking--;
      this.#options.onUse?.();
    }
  }

  async #look<T>(answer: (view: RunView) => T | Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const follower = await this.#fresh();
      try {
        return await answer(new RunView(this.id, follower));
      } catch (error) {
        const what = staleness(error, follower);
        if (what === undefined) throw error;
        if (attempt === ATTEMPTS) {
          throw new StoreError(
            "LOG_UNREADABLE",
            `The log of run ${this.id} changes under the reader: try again.`,
            { simulation_id: this.id },
            error,
          );
        }
        if (what === "damaged") this.#reload(follower);
        else if (what === "rewritten") follower.restart();
        else follower.distrust();
      }
    }
  }

  /**
   * As `look`, on the spot, for who knows that the active segment was written to and nothing else has happened since it looked
   * last: the fewer the steps, the sooner a subscriber has its event.
   *
   * @returns `undefined` where it takes more than that: then `look`
   */
  lookAtWritten<T>(answer: (view: RunView) => T): T | undefined {
    return this.#lookOnTheSpot(answer, (follower) => follower.takeWritten());
  }

  /**
   * As `look`, on the spot, from the log as far as it has been taken in: for who goes on with what was there before.
   *
   * @returns `undefined` where it takes more than that: then `look`
   */
  lookAtKnown<T>(answer: (view: RunView) => T): T | undefined {
    return this.#lookOnTheSpot(answer, () => true);
  }

  #lookOnTheSpot<T>(
    answer: (view: RunView) => T,
    isReady: (follower: LogFollower) => boolean,
  ): T | undefined {
    const follower = this.#follower;
    if (this.#isClosed || follower === undefined) return undefined;
    try {
      return isReady(follower) ? answer(new RunView(this.id, follower)) : undefined;
    } catch (error) {
      const what = staleness(error, follower);
      if (what === undefined) throw error;
      if (what === "damaged") this.#reload(follower);
      return undefined;
    }
  }

  facts(): Promise<LogFacts> {
    return this.look(async () => logFacts(await this.#load()));
  }

  /** Lets go of the index; the next question loads it again. To be called only while the reader is idle. */
  release(): void {
    const follower = this.#follower;
    this.#follower = undefined;
    this.#loading = undefined;
    follower?.close();
  }

  /** Saves what is worth it, and lets go. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#saving;
    const follower = this.#follower;
    if (follower !== undefined && follower.index.rows > this.#savedRows) await this.#save(follower);
    this.release();
  }

  async #fresh(): Promise<LogFollower> {
    for (let attempt = 1; ; attempt++) {
      if (this.#isClosed) throw new StoreError("STORE_CLOSED", "The store has been closed.");
      const follower = this.#follower ?? (await this.#load());
      try {
        await follower.refresh();
        if (this.#isWorthSaving(follower)) void this.#save(follower);
        return follower;
      } catch (error) {
        if (staleness(error, follower) !== "damaged")
          throw isRunReadError(error) ? unreadable(this.id, error) : error;
        this.#reload(follower);
        if (attempt === ATTEMPTS) this.#isReadOnly = true; // what is written does not last: then without
      }
    }
  }

  #isWorthSaving({ index: { rows } }: LogFollower): boolean {
    const saved = this.#savedRows;
    return (
      rows >= MIN_SAVED_ROWS && (rows >= saved * SAVED_GROWTH || rows >= saved + SAVED_ROWS) && rows > saved
    );
  }

  /** What is kept is not whole: it is read again as far as it is, or made again. */
  #reload(follower: LogFollower): void {
    this.#damages++;
    if (this.#follower === follower) this.release();
  }

  #load(): Promise<LogFollower> {
    this.#loading ??= this.#saved()
      .then((saved) => {
        this.#follower = new LogFollower(this.directory, saved, {
          partFrozen: async (follower) => {
            if (follower.looseRows >= MOST_LOOSE_ROWS) await this.#save(follower);
          },
        });
        this.#savedRows = saved?.index.rows ?? 0;
        return this.#follower;
      })
      .catch((error: unknown) => {
        this.#loading = undefined; // too many open files, say, pass: who asks next tries again
        throw error;
      });
    return this.#loading;
  }

  async #saved(): Promise<FollowedLog | undefined> {
    if (!this.#options.sidecar || this.#damages >= MOST_DAMAGES) return undefined;
    try {
      return await loadLog(this.directory, this.#cache);
    } catch (error) {
      if (isMoved(error)) return undefined;
      throw error;
    }
  }

  #save(follower: LogFollower): Promise<void> {
    const { rows } = follower.index;
    if (!this.#options.sidecar || this.#isReadOnly || rows < MIN_SAVED_ROWS) return Promise.resolve();
    this.#saving ??= saveLog(follower, this.#cache)
      .then(
        () => {
          this.#savedRows = rows;
          this.#damages = 0;
        },
        // A directory that cannot be written to does without: the index is made again the next time.
        (error: unknown) => {
          if (staleness(error, follower) === undefined) this.#isReadOnly = true;
        },
      )
      .finally(() => {
        this.#saving = undefined;
      });
    return this.#saving;
  }
}

/** What turned out to be another than it was, of this log or its index; `undefined` where the error says nothing of it. */
function staleness(error: unknown, log: LogFollower): StaleIndex["what"] | "damaged" | undefined {
  if (error instanceof DamagedIndex) return dirname(error.path) === log.directory ? "damaged" : undefined;
  if (error instanceof StaleIndex) return error.log === log ? error.what : undefined;
  return isMoved(error) ? "moved" : undefined;
}
