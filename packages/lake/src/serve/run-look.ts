import type { Lake } from "../connection/index.ts";
import type { MarkedRun } from "./shipped-runs.ts";
import { type WholeRun, wholeRun } from "./whole-run.ts";

/** What a run was found to be when it was looked through: once, as long as it stays as it is. */
export class RunLook {
  readonly #lake: Lake;
  #looked: { mark: string; bytes: number; found: Promise<WholeRun | undefined> } | undefined;
  #whole: Promise<WholeRun | undefined> | undefined;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /** Asked as this until it turns out that it has changed: each statement looks. `undefined` where it was not looked through, or its files have to be asked. */
  get whole(): Promise<WholeRun | undefined> | undefined {
    return this.#whole;
  }

  /** As {@link MarkedRun} has them, of the run that was looked through. */
  get bytes(): number {
    return this.#looked?.bytes ?? 0;
  }

  through(shipped: MarkedRun): Promise<WholeRun | undefined> {
    if (this.#looked?.mark !== shipped.mark)
      this.#looked = {
        mark: shipped.mark,
        bytes: shipped.bytes,
        found: wholeRun(this.#lake, shipped),
      };
    const looked = this.#looked;
    this.#whole = looked.found;
    looked.found.catch(() => {
      if (this.#looked === looked) this.#looked = undefined;
      this.#whole = undefined;
    });
    return looked.found;
  }

  /** It has changed. */
  forget(): void {
    this.#whole = undefined;
  }
}
