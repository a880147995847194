import type { EventHandle } from "@llm-sim/events";
import type { LastWrites } from "./last-writes.ts";

/**
 * What one agent has read for one decision, as the events that wrote it. What the engine reads to put the observation
 * together counts only once the agent reads a value that was copied into it, as which value came from where is not known.
 */
export class Reads {
  readonly writes: LastWrites;
  readonly #read = new Set<EventHandle>();
  #shown: Set<EventHandle> | undefined;
  #phase: "shown" | "read" | "over" = "shown";

  constructor(writes: LastWrites) {
    this.writes = writes;
  }

  /** From here on the agent reads. */
  begin(): void {
    this.#phase = "read";
  }

  /** From here on reads do not count. */
  end(): void {
    this.#phase = "over";
  }

  get isOver(): boolean {
    return this.#phase === "over";
  }

  add(write: EventHandle | undefined): void {
    if (!write || this.#phase === "over") return;
    if (this.#phase === "read") {
      this.#read.add(write);
      return;
    }
    this.#shown ??= new Set();
    this.#shown.add(write);
  }

  /** The agent read something the engine had copied or worked out. */
  addShown(): void {
    if (this.#phase !== "read" || !this.#shown) return;
    for (const write of this.#shown) this.#read.add(write);
    this.#shown = undefined;
  }

  /** The writes that were read. */
  causes(): EventHandle[] {
    return [...this.#read];
  }
}
