import { type FSWatcher, watch } from "node:fs";

/** What has happened since the last call: the one file was written to and nothing else, or less is known. */
export type Change = "written" | "any";

/** Tells when something in a directory may have changed: by the system's notification, and without one every so often all the same. */
export class ChangeSignal {
  // One timer for all waits: to set one for each costs as much as what follows it.
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #change: Change | undefined;
  #wake: (() => void) | undefined;

  /**
   * @param pollInterval in milliseconds: notifications are lost on some file systems (network ones), and where the system has no more to give
   * @param written the file whose being written to is told apart
   * @param ignored files whose changes mean nothing
   */
  constructor(
    directory: string,
    pollInterval: number,
    { written, ignored }: { written?: string; ignored?: (file: string) => boolean } = {},
  ) {
    this.#poll = setInterval(() => this.wake(), pollInterval);
    try {
      this.#watcher = watch(directory, { persistent: false }, (event, file) => {
        if (event === "change" && file !== null && file === written) this.#note(this.#change ?? "written");
        else if (file === null || ignored?.(file) !== true) this.wake();
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      this.#watcher = undefined;
    }
  }

  /** Resolves at the next change, at once where there was one since the last call, and at the latest after the poll interval. */
  async next(): Promise<Change> {
    if (this.#change === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const change = this.#change ?? "any";
    this.#change = undefined;
    return change;
  }

  /** As if there had been a change. */
  wake(): void {
    this.#note("any");
  }

  close(): void {
    clearInterval(this.#poll);
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#wake?.();
  }

  #note(change: Change): void {
    this.#change = change;
    this.#wake?.();
  }
}
