import { ArrayCache } from "../sidecar/index.ts";
import { RunReader } from "./run-reader.ts";

/** Each loaded run holds a file or two open. */
const MAX_LOADED = 200;

/** What is read of indexes that are kept in files has at least so much room, in bytes, whatever the others take. */
const LEAST_CACHE = 32 * 1024 * 1024;

/**
 * The readers of a store's runs, whose indexes together stay within a budget. What is kept in files is read as it is needed and let go
 * first; where that is not enough, whole indexes go, and those asked last are kept.
 */
export class ReaderPool {
  readonly #memory: number;
  readonly #sidecar: boolean;
  readonly #cache: ArrayCache;
  /** The least recently used comes first. */
  readonly #readers = new Map<string, RunReader>();
  /** Bytes of the loaded ones without what can be read again, as of their last use. */
  readonly #sizes = new Map<string, number>();
  #held = 0;
  #closing: Promise<void> | undefined;

  constructor({ memory, sidecar }: { memory: number; sidecar: boolean }) {
    this.#memory = memory;
    this.#sidecar = sidecar;
    this.#cache = new ArrayCache(memory);
  }

  /** Whether the index of the run in this directory is in memory. */
  isLoaded(directory: string): boolean {
    return this.#readers.get(directory)?.isLoaded ?? false;
  }

  reader(id: string, directory: string): RunReader {
    const known = this.#readers.get(directory);
    if (known !== undefined) return known;
    const reader: RunReader = new RunReader(id, directory, {
      sidecar: this.#sidecar,
      cache: this.#cache,
      onUse: () => this.#used(directory, reader),
    });
    this.#readers.set(directory, reader);
    return reader;
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#readers.values()].map((reader) => reader.close())).then(
      () => undefined,
    );
    return this.#closing;
  }

  #used(directory: string, reader: RunReader): void {
    this.#readers.delete(directory);
    this.#readers.set(directory, reader);
    this.#note(directory, reader);
    this.#leaveRoom();
    if (this.#held <= this.#memory && this.#sizes.size <= MAX_LOADED) return;
    for (const [place, other] of this.#readers) {
      if (this.#held <= this.#memory && this.#sizes.size <= MAX_LOADED) break;
      // The one just asked is kept, however large it is.
      if (other === reader || !other.isLoaded || !other.isIdle) continue;
      other.release();
      this.#note(place, other);
    }
    this.#leaveRoom();
  }

  #leaveRoom(): void {
    this.#cache.budget = Math.max(LEAST_CACHE, this.#memory - this.#held);
    if (this.#cache.held > this.#cache.budget) this.#cache.shrink();
  }

  #note(directory: string, reader: RunReader): void {
    this.#held -= this.#sizes.get(directory) ?? 0;
    this.#sizes.delete(directory);
    if (!reader.isLoaded) return;
    const bytes = reader.heldBytes;
    this.#sizes.set(directory, bytes);
    this.#held += bytes;
  }
}
