import { ACTIVE_SEGMENT_FILE, MANIFEST_FILE } from "../layout/index.ts";
import { refusalText } from "./errors.ts";
import { IS_FAILING, leaveTrouble, type RingMemory, type Trouble } from "./ring.ts";

/** Knows which file is being written, and tells the emitter's side of what is refused there. */
export class Refusals {
  readonly #memory: RingMemory;
  readonly #control: Int32Array;
  #file = MANIFEST_FILE;
  #last: Trouble | undefined;

  constructor(memory: RingMemory) {
    this.#memory = memory;
    this.#control = new Int32Array(memory.control);
  }

  /** The latest, also where it is over. */
  get last(): Trouble | undefined {
    return this.#last;
  }

  /** What is refused from now on is refused for this file. */
  turnTo(file: string): void {
    this.#file = file;
  }

  /** What is refused in `body` is refused for this file, what comes behind it for the log. */
  at(file: string, body: () => void): void {
    this.#file = file;
    body();
    this.#file = ACTIVE_SEGMENT_FILE;
  }

  note(error: unknown): Trouble {
    const reason = refusalText(error);
    const path = this.#file;
    if (this.#last?.reason !== reason || this.#last.path !== path) {
      this.#last = { path, reason };
      leaveTrouble(this.#memory, this.#last);
    }
    Atomics.store(this.#control, IS_FAILING, 1);
    return this.#last;
  }

  over(): void {
    Atomics.store(this.#control, IS_FAILING, 0);
  }
}
