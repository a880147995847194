import { type Event, eventSchema } from "../schema/index.ts";
import type { Sink } from "../write/index.ts";

/** Keeps lines in memory: for tests of what a program emits. */
export class MemorySink implements Sink {
  readonly lines: string[] = [];
  #isClosed = false;
  readonly #capacity: number;

  /** @param capacity lines it takes before it refuses more */
  constructor(capacity = Number.POSITIVE_INFINITY) {
    this.#capacity = capacity;
  }

  write(line: Uint8Array): boolean {
    if (this.#isClosed || this.lines.length >= this.#capacity) return false;
    this.lines.push(Buffer.from(line).toString("utf8"));
    return true;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** The lines, each parsed by the event's schema. */
  events(): Event[] {
    return this.lines.map((line) => eventSchema.parse(JSON.parse(line)));
  }
}
