import type { KnownAgents } from "@llm-sim/events/naming";
import { eventLineOf, parseEventLine, parseEventLineInDoubles } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { type FollowedSegment, isMoved, type LogFollower } from "../follow/index.ts";
import { NO_AGENT, type RunIndex, type SkippedLine, type UnreadableStretch } from "../run-index/index.ts";

/** The index, and the log behind it, at one moment; for the length of one synchronous step. */
export class RunView {
  readonly id: string;
  readonly #follower: LogFollower;
  #index: RunIndex | undefined;

  constructor(id: string, follower: LogFollower, index?: RunIndex) {
    this.id = id;
    this.#follower = follower;
    this.#index = index;
  }

  /** Its rows are in order of (timestamp, place in the log). */
  get index(): RunIndex {
    this.#index ??= this.#follower.index.inOrder();
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
    return this.#follower.index.order.ascending;
  }

  /** The same with its rows in the order of the log, which only grows at its end: for who follows it. */
  byPlace(): RunView {
    return new RunView(this.id, this.#follower, this.#follower.index);
  }

  /** Changes when rows come to mean something else: another log, or times that were in order and are not any more. */
  get generation(): number {
    const { serial, order } = this.#follower.index;
    return serial * 2 + (order.ascending ? 0 : 1);
  }

  get skippedCount(): number {
    return this.#follower.skippedCount;
  }

  /** The log's files by their numbers, which an address tells. */
  get segments(): readonly Readonly<Pick<FollowedSegment, "file" | "size" | "compressed">>[] {
    return this.#follower.segments;
  }

  /** Where lines stand that are no events. */
  unreadable(): Iterable<UnreadableStretch> {
    return this.#follower.unreadable();
  }

  /** The first of the lines that are no events. */
  get skippedLines(): readonly SkippedLine[] {
    return this.#follower.skippedLines;
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
    return new StaleIndex(this.id, this.#follower, "rewritten");
  }

  #read(ranges: { address: number; length: number }[]): Buffer[] {
    try {
      return this.#follower.read(ranges);
    } catch (error) {
      if (error instanceof RangeError) throw this.stale();
      if (isMoved(error)) throw new StaleIndex(this.id, this.#follower, "moved", error);
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
  readonly log: LogFollower;
  /** `moved`: its files have other names; `rewritten`: it holds something else, and the index has to be made anew. */
  readonly what: "moved" | "rewritten";

  constructor(id: string, log: LogFollower, what: "moved" | "rewritten", cause?: unknown) {
    super(`The log of run ${id} is not the one that was indexed.`, { cause });
    this.log = log;
    this.what = what;
  }
}
