import type { Lake } from "../connection/index.ts";
import { requireSameRun } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

/** What is made of whole runs, which stay as they are, and kept from question to question: so much of all together, of those asked last. */
export class KeptOfRuns<Value> {
  readonly #most: number;
  readonly #weigh: (value: Value) => number;
  /** The least recently used comes first. */
  readonly #kept = new Map<WholeRun, { value: Promise<Value>; weight: number }>();

  constructor(most: number, weigh: (value: Value) => number) {
    this.#most = most;
    this.#weigh = weigh;
  }

  /**
   * What is kept of a run, or made of it now, for all who ask meanwhile.
   *
   * @param make throws RunChanged where the run is another by then
   * @throws RunChanged
   */
  async of(lake: Lake, run: WholeRun, make: () => Promise<Value>): Promise<Value> {
    const known = this.#kept.get(run);
    if (known !== undefined) {
      this.#kept.delete(run);
      this.#kept.set(run, known);
      const [value] = await Promise.all([known.value, requireSameRun(lake, run)]);
      return value;
    }
    const made = { value: make(), weight: 0 };
    this.#kept.set(run, made);
    try {
      const value = await made.value;
      made.weight = this.#weigh(value);
      this.#makeRoom();
      return value;
    } catch (error) {
      this.#kept.delete(run);
      throw error;
    }
  }

  /** The one just asked is kept, however much it is. */
  #makeRoom(): void {
    let weight = 0;
    for (const kept of this.#kept.values()) weight += kept.weight;
    for (const [run, kept] of this.#kept) {
      if (weight <= this.#most || this.#kept.size === 1) return;
      weight -= kept.weight;
      this.#kept.delete(run);
    }
  }
}
