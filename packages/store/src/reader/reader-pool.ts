import { RunReader } from "./run-reader.ts";

/** Each loaded run holds a file or two open. */
const MAX_LOADED = 200;

/** The readers of a store's runs, whose indexes together stay within a budget: those asked last are kept. */
export class ReaderPool {
  readonly #memory: number;
  readonly #sidecar: boolean;
  /** The least recently used comes first. */
  readonly #readers = new Map<string, RunReader>();
  /** Bytes of the loaded ones, as of their last use. */
  readonly #sizes = new Map<string, number>();
  #held = 0;
  #closing: Promise<void> | undefined;

  constructor({ memory, sidecar }: { memory: number; sidecar: boolean }) {
    this.#memory = memory;
    this.#sidecar = sidecar;
  }

  reader(id: string, directory: string): RunReader {
    const known = this.#readers.get(directory);
    if (known !== undefined) return known;
    const reader: RunReader = new RunReader(id, directory, {
      sidecar: this.#sidecar,
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
    if (this.#held <= this.#memory && this.#sizes.size <= MAX_LOADED) return;
    for (const [place, other] of this.#readers) {
      if (this.#held <= this.#memory && this.#sizes.size <= MAX_LOADED) break;
      // The one just asked is kept, however large it is.
      if (other === reader || !other.isLoaded || !other.isIdle) continue;
      other.release();
      this.#note(place, other);
    }
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
