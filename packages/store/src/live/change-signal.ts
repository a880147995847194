import { type FSWatcher, watch } from "node:fs";

/** Tells when something in a directory may have changed: by the system's notification, and without one every so often all the same. */
export class ChangeSignal {
  readonly #pollInterval: number;
  readonly #ignored: (file: string) => boolean;
  #watcher: FSWatcher | undefined;
  #hasChanged = false;
  #wake: (() => void) | undefined;

  /**
   * @param pollInterval in milliseconds: notifications are lost on some file systems (network ones), and where the system has no more to give
   * @param ignored files whose changes mean nothing
   */
  constructor(directory: string, pollInterval: number, ignored: (file: string) => boolean = () => false) {
    this.#pollInterval = pollInterval;
    this.#ignored = ignored;
    try {
      this.#watcher = watch(directory, { persistent: false }, (_event, file) => {
        if (file === null || !this.#ignored(file)) this.wake();
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      this.#watcher = undefined;
    }
  }

  /** Resolves at the next change, at once where there was one since the last call, and at the latest after the poll interval. */
  async next(): Promise<void> {
    if (!this.#hasChanged) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#pollInterval);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#hasChanged = false;
  }

  /** As if there had been a change. */
  wake(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#wake?.();
  }
}
