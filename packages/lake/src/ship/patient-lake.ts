import { setTimeout as pause } from "node:timers/promises";
import type { Lake, SelectOptions } from "../connection/index.ts";
import { isLakeError, LakeError, type LakeErrorCode } from "../errors.ts";

export interface Patience {
  /** How long a statement is tried again and again, in milliseconds; a function is asked each time. Default 0: not at all. */
  patience?: number | (() => number) | undefined;
  /** Ends whatever is asked. */
  signal?: AbortSignal | undefined;
  /** Told, in a line, of a lake that is away, once each time it goes. */
  onNotice?: ((text: string) => void) | undefined;
  /** Milliseconds without a word after which a lake is asked whether it is there, and for how long. Default 3000. */
  quiet?: number | undefined;
}

/** Milliseconds between two tries. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;
/** A statement that fails and then goes through within this is nothing to be told of. */
const STUMBLES = 500;
const QUIET = 3000;
/** What may be otherwise in a while. */
const PASSING: ReadonlySet<LakeErrorCode> = new Set(["LAKE_UNREACHABLE", "LAKE_FULL"]);
/** So often a read that breaks off in the middle is done again without having come any further. */
const READS = 5;

const isPassing = (error: unknown): error is LakeError => isLakeError(error) && PASSING.has(error.code);

/**
 * A lake of which each statement is tried again by itself, with pauses that grow, as long as there is patience: every insert has a token,
 * or replaces what it says again. One that accepts a statement and then says nothing at all is told from one that is busy by whether it
 * answers something else meanwhile, and counts as away.
 */
export class PatientLake implements Lake {
  readonly #lake: Lake;
  readonly #options: Patience;
  /** Statements that fail at the moment and were told of. */
  readonly #told = new Set<object>();

  constructor(lake: Lake, options: Patience) {
    this.#lake = lake;
    this.#options = options;
  }

  get address() {
    return this.#lake.address;
  }

  get name() {
    return this.#lake.name;
  }

  select(sql: string, options?: SelectOptions) {
    return this.#tried((signal) => this.#lake.select(sql, until(signal, options)));
  }

  /** Tried again as long as nothing came of the answer. */
  async *bytes(sql: string, options?: SelectOptions) {
    const stop = new AbortController();
    const { pieces, first } = await this.#tried(async (signal) => {
      const asked = until(AbortSignal.any([signal, stop.signal]), options);
      const iterator = this.#lake.bytes(sql, asked)[Symbol.asyncIterator]();
      return { pieces: iterator, first: await iterator.next() };
    });
    try {
      for (let piece = first; !piece.done; piece = await this.#heard(() => pieces.next())) yield piece.value;
    } finally {
      stop.abort();
      await pieces.return?.();
    }
  }

  stream(sql: string, options?: SelectOptions) {
    return this.#lake.stream(sql, options);
  }

  command(sql: string, options?: SelectOptions) {
    return this.#tried((signal) => this.#lake.command(sql, until(signal, options)));
  }

  insert(table: string, columns: readonly string[], rows: readonly Uint8Array[], token: string) {
    return this.#tried((signal) => this.#lake.insert(table, columns, rows, token, signal));
  }

  createDatabase() {
    return this.#tried((signal) => this.#lake.createDatabase(signal));
  }

  close() {
    return this.#lake.close();
  }

  async #tried<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { patience: asked = 0, signal, onNotice } = this.#options;
    const statement = {};
    const begun = performance.now();
    try {
      for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
        try {
          return await this.#heard(ask);
        } catch (error) {
          signal?.throwIfAborted();
          if (!isPassing(error)) throw error;
          const away = performance.now() - begun;
          const patience = typeof asked === "number" ? asked : asked();
          if (away >= patience) throw error;
          if (away >= STUMBLES && !this.#told.has(statement)) {
            if (this.#told.size === 0)
              onNotice?.(`${error.message} It is tried again; the log keeps what is to be shipped.`);
            this.#told.add(statement);
          }
          await pause(Math.min(wait, patience - away), undefined, signal && { signal });
        }
      }
    } finally {
      this.#told.delete(statement);
    }
  }

  /** Waits for an answer as long as the lake gives signs of life, and nobody interrupts. */
  async #heard<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, quiet = QUIET } = this.#options;
    signal?.throwIfAborted();
    const [statement, waiting] = [new AbortController(), new AbortController()];
    const interrupt = () => waiting.abort(signal?.reason);
    signal?.addEventListener("abort", interrupt, { once: true });
    const answer = ask(statement.signal);
    const silence = this.#silence(quiet, waiting.signal);
    // Whichever comes second is nobody's.
    for (const either of [answer, silence]) either.catch(() => undefined);
    try {
      return await Promise.race([answer, silence]);
    } catch (error) {
      statement.abort();
      throw error;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      waiting.abort();
    }
  }

  /** Fails where the lake says nothing, to whatever it is asked; it never comes to an end otherwise, but by `signal`. */
  async #silence(quiet: number, signal: AbortSignal): Promise<never> {
    for (;;) {
      await pause(quiet, undefined, { signal });
      const asked = new AbortController();
      const isAlive = await Promise.race([
        // An error is a word, too.
        this.#lake.select("SELECT 1", { signal: asked.signal }).then(
          () => true,
          () => true,
        ),
        pause(quiet, false, { signal }),
      ]);
      asked.abort();
      if (!isAlive)
        throw new LakeError(
          "LAKE_UNREACHABLE",
          `${this.name} does not answer: it takes what it is asked, and says nothing for ${(2 * quiet) / 1000} s.`,
        );
    }
  }
}

function until(signal: AbortSignal, options: SelectOptions = {}): SelectOptions {
  return { ...options, signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal };
}

/**
 * Goes on with a read that broke off in the middle.
 *
 * @param read from where it is by now
 * @param reached tells how far that is
 */
export async function* readThrough<T>(
  read: () => AsyncGenerator<T, void, undefined>,
  reached: () => unknown,
): AsyncGenerator<T, void, undefined> {
  for (let reads = 1; ; reads++) {
    const before = reached();
    try {
      return yield* read();
    } catch (error) {
      if (reached() !== before) reads = 1;
      if (!isPassing(error) || reads === READS) throw error;
    }
  }
}
