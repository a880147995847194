import type { KnownAgents } from "@llm-sim/events/naming";
import { eventLineOf, parseEventLine, parseEventLineInDoubles } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { type FollowedSegment, isMoved } from "../follow/index.ts";
import type { Range } from "../log/index.ts";
import { NO_AGENT, type RunIndex, type SkippedLine, type UnreadableStretch } from "../run-index/index.ts";

/** A log behind its index: files that are followed, or an excerpt. */
export interface IndexedLog {
  readonly index: RunIndex;
  readonly skippedCount: number;
  readonly skippedLines: readonly SkippedLine[];
  readonly segments: readonly Readonly<Pick<FollowedSegment, "file" | "size" | "compressed">>[];
  unreadable(): Iterable<UnreadableStretch>;
  /** What stands there. Throws RangeError where nothing does. */
  read(ranges: readonly Range[]): Buffer[];
}

/** The index, and the log behind it, at one moment; for the length of one synchronous step. */
export class RunView {
  readonly id: string;
  readonly #log: IndexedLog;
  #index: RunIndex | undefined;

  constructor(id: string, log: IndexedLog, index?: RunIndex) {
    this.id = id;
    this.#log = log;
    this.#index = index;
  }

  /** Its rows are in order of (timestamp, place in the log). */
  get index(): RunIndex {
    this.#index ??= this.#log.index.inOrder();
    return this.#index;
  }

  /** The agents that the log has, by which names of variables are read and written. */
  get agents(): KnownAgents {
    return {
      has: (id) => {
        const code = this.index.names.agents.find(id);
        return code !== undefined && code !== NO_AGENT;
      },
    };
  }

  /** Whether the rows stand in the order of the log too: times ascend along it. */
  get isInLogOrder(): boolean {
    return this.#log.index.order.ascending;
  }

  /** The same with its rows in the order of the log, which only grows at its end: for who follows it. */
  byPlace(): RunView {
    return new RunView(this.id, this.#log, this.#log.index);
  }

  /** Changes when rows come to mean something else: another log, or times that were in order and are not any more. */
  get generation(): number {
    const { serial, order } = this.#log.index;
    return serial * 2 + (order.ascending ? 0 : 1);
  }

  get skippedCount(): number {
    return this.#log.skippedCount;
  }

  /** The log's files by their numbers, which an address tells. */
  get segments(): readonly Readonly<Pick<FollowedSegment, "file" | "size" | "compressed">>[] {
    return this.#log.segments;
  }

  /** Where lines stand that are no events. */
  unreadable(): Iterable<UnreadableStretch> {
    return this.#log.unreadable();
  }

  /** The first of the lines that are no events. */
  get skippedLines(): readonly SkippedLine[] {
    return this.#log.skippedLines;
  }

  /**
   * The events of these rows as JSON, without a newline: the log's own bytes where they are today's event.
   * Throws `StaleIndex` where the log does not hold them any more.
   */
  lines(rows: readonly number[]): Buffer[] {
    const { columns } = this.index;
    const ranges = rows.map((row) => ({
      address: columns.address(row),
      length: columns.length(row),
    }));
    const lines = this.#read(ranges);
    for (let place = 0; place < rows.length; place++) {
      const row = rows[place] ?? 0;
      const line = lines[place];
      if (line === undefined || !this.index.isLineOf(row, line)) throw this.stale();
      if (columns.needsUpcast(row)) lines[place] = this.#today(line);
    }
    return lines;
  }

  line(row: number): Buffer {
    const [line] = this.lines([row]);
    if (line === undefined) throw this.stale();
    return line;
  }

  events(rows: readonly number[]): Event[] {
    return this.lines(rows).map((line) => this.#parsed(line));
  }

  /** As `events`, with the nearest double for each number beyond one, whose digits the others keep as text. */
  eventsInDoubles(rows: readonly number[]): Event[] {
    return this.lines(rows).map((line) => this.#parsed(line, parseEventLineInDoubles));
  }

  event(row: number): Event {
    return this.#parsed(this.line(row));
  }

  /** What is thrown where the log is not the one that was indexed. */
  stale(): StaleIndex {
    return new StaleIndex(this.id, this.#log, "rewritten");
  }

  #read(ranges: { address: number; length: number }[]): Buffer[] {
    try {
      return this.#log.read(ranges);
    } catch (error) {
      if (error instanceof RangeError) throw this.stale();
      if (isMoved(error)) throw new StaleIndex(this.id, this.#log, "moved", error);
      throw error;
    }
  }

  #today(line: Buffer): Buffer {
    const event = eventLineOf(line);
    if (event === undefined) throw this.stale();
    return Buffer.from(event.buffer, event.byteOffset, event.byteLength);
  }

  #parsed(line: Buffer, parse = parseEventLine): Event {
    const result = parse(line);
    if (!result.ok) throw this.stale();
    return result.event;
  }
}

/** The log was changed behind the index. Two runs may be read at a time: it says whose. */
export class StaleIndex extends Error {
  override readonly name = "StaleIndex";
  readonly log: IndexedLog;
  /** `moved`: its files have other names; `rewritten`: it holds something else, and the index has to be made anew. */
  readonly what: "moved" | "rewritten";

  constructor(id: string, log: IndexedLog, what: "moved" | "rewritten", cause?: unknown) {
    super(`The log of run ${id} is not the one that was indexed.`, { cause });
    this.log = log;
    this.what = what;
  }
}
