import { type Event, eventSchema } from "../schema/index.ts";
import { parseTapeLine, type TapeItem, TapeState } from "../tape/index.ts";
import type { Sink } from "../write/index.ts";

/** Keeps lines in memory: for tests of what a program emits. */
export class MemorySink implements Sink {
  readonly lines: string[] = [];
  /** Of the tape, where the program appends to one. */
  readonly tapeLines: string[] = [];
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

  writeTape(line: Uint8Array): void {
    if (this.#isClosed) throw new Error("the sink is closed");
    this.tapeLines.push(Buffer.from(line).toString("utf8"));
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** The lines, each parsed by the event's schema. */
  events(): Event[] {
    return this.lines.map((line) => eventSchema.parse(JSON.parse(line)));
  }

  /** The tape's lines as a reader gives them, each attempt with all of its messages. */
  tape(): TapeItem[] {
    const state = new TapeState();
    return this.tapeLines.map((line) => {
      const parsed = parseTapeLine(Buffer.from(line), "the tape in memory");
      const item = parsed.ok ? state.take(parsed.line) : parsed.reason;
      if (typeof item === "string") throw new Error(item);
      return item;
    });
  }
}
