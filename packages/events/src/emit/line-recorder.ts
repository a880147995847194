import { EVENT_TYPES, includesLevel, type VerbosityLevel } from "../schema/index.ts";
import type { LineSink } from "../write/index.ts";
import { leaveOutPayload, makePlain } from "./alter.ts";
import type { Clock } from "./clock.ts";
import type { Draft } from "./draft.ts";
import type { EventEncoder } from "./event-encoder.ts";
import { EventHandle } from "./handle.ts";
import { DECISION, MILESTONE, STATE, SYSTEM } from "./kinds.ts";
import { NO_ROOM } from "./line-encoder.ts";
import type { Recall, RecordedPlace } from "./recall.ts";
import type { IdBlock, UlidGenerator } from "./ulid.ts";

// A turn's events are those that are combined; beyond so many, what they were caused by is forgotten, so that memory stays bounded.
const RECENT = 4_096;
const STARTS = new Set(["simulation_start", "turn_start"]);
// A look at whether anybody still drains, now and then.
const WAIT_MS = 1_000;

/** The last to go when the queue is full. */
export function isPrivileged(kind: number): boolean {
  return kind === MILESTONE || kind === SYSTEM;
}

/** What a handle tells of its event. @param name of a variable, a milestone */
export function handleFor(handle: EventHandle, kind: number, name: string): EventHandle {
  if (kind === STATE) handle.variable = name;
  else if (kind === DECISION) handle.role = "decision";
  else if (kind === MILESTONE && STARTS.has(name)) handle.role = "turn";
  return handle;
}

/** Stamps an event with id and time and encodes it into the sink's own memory. */
export class LineRecorder {
  readonly #encoder: EventEncoder;
  readonly #ids: UlidGenerator;
  readonly #sink: LineSink;
  readonly #clock: Clock;
  readonly #maxEventSize: number;
  readonly #waits: boolean;
  #time: number;
  /** Stands for the id of an event that is in no log. */
  readonly #nowhere: IdBlock;
  /** Where something is left out, the recent handles know their causes, so that stand-ins can do without what they imply. */
  readonly #keepsCauses: boolean;
  readonly #recent: EventHandle[] = [];
  #recentAt = 0;
  /** The log whose places events take, while one is played again. */
  #recall: Recall | undefined;
  /** Counts lines that were begun: one that another interrupted is encoded anew. */
  #encodings = 0;

  constructor(
    encoder: EventEncoder,
    ids: UlidGenerator,
    options: {
      sink: LineSink;
      clock: Clock;
      maxEventSize: number;
      onFull: "drop" | "wait";
      verbosity: VerbosityLevel;
      after?: { time: number } | undefined;
    },
  ) {
    this.#encoder = encoder;
    this.#ids = ids;
    this.#nowhere = ids.block;
    this.#sink = options.sink;
    this.#clock = options.clock;
    this.#maxEventSize = options.maxEventSize;
    this.#waits = options.onFull === "wait";
    this.#keepsCauses = !includesLevel(options.verbosity, "STATE");
    this.#time = options.after?.time ?? 0;
  }

  /** @returns the present, in microseconds, never before an earlier one */
  now(): number {
    this.#time = Math.max(this.#time, this.#clock.now());
    return this.#time;
  }

  /**
   * Writes the line in place and commits it.
   *
   * @returns the event's handle; `"no room"` where the queue is full; `"not encodable"` where even a plain copy is no JSON
   */
  record(draft: Draft, scope: EventHandle | undefined): EventHandle | "no room" | "not encodable" {
    const sink = this.#sink;
    const encoder = this.#encoder;
    const ids = this.#ids;
    const privileged = isPrivileged(draft.kind);
    let isPlain = false;
    let isShort = false;
    if (!sink.claim(privileged) && !this.#waitForRoom(privileged)) return "no room";
    let place = this.#recall && this.#recalled(draft, this.#recall);
    let time = place ? place.time : this.#stamp();
    let encoding = ++this.#encodings;
    for (;;) {
      const start = sink.start;
      try {
        encoder.buffer = sink.buffer;
        encoder.position = start;
        encoder.limit = Math.min(sink.limit, start + this.#maxEventSize);
        const { block, counter } = place ?? ids;
        encoder.event(draft, block, counter, time, scope);
        if (encoding === this.#encodings) {
          return sink.commit(encoder.position - start)
            ? this.#handle(draft, block, counter, scope)
            : "no room";
        }
      } catch (error) {
        if (error === NO_ROOM && encoding === this.#encodings) {
          if (sink.limit - start >= this.#maxEventSize) {
            if (isShort) return "no room";
            leaveOutPayload(draft);
            isShort = true;
          } else if (!sink.widen(privileged) && !this.#waitForRoom(privileged)) return "no room";
          continue;
        }
        if (isPlain && error !== NO_ROOM) return "not encodable";
      }
      // The payload holds something that JSON does not carry, or reading it emitted another event: go on with a plain copy.
      makePlain(draft);
      isPlain = true;
      if (encoding !== this.#encodings && !sink.claim(privileged) && !this.#waitForRoom(privileged))
        return "no room";
      encoding = ++this.#encodings;
      place = this.#recall && this.#recalled(draft, this.#recall);
      time = place ? place.time : this.#stamp();
    }
  }

  /** The next id is in `ids` then. @returns its time */
  #stamp(): number {
    const time = this.now();
    this.#ids.advance(Math.floor(time / 1000));
    return time;
  }

  #recalled({ kind, agentId, subjectAgentId, name }: Draft, recall: Recall): RecordedPlace {
    const isSystem = kind === SYSTEM;
    const place = recall.next({
      event_type: EVENT_TYPES[kind] ?? "SYSTEM",
      agentId: isSystem ? subjectAgentId : agentId,
      status: isSystem ? name : undefined,
    });
    return place ?? { block: this.#nowhere, counter: 0, time: this.#time };
  }

  /** From now on events take places in a log that is played again; without one, and after `time`, new ones. */
  recall(log: Recall | undefined, time = 0): void {
    this.#recall = log;
    this.#time = Math.max(this.#time, time);
  }

  #handle(draft: Draft, block: IdBlock, counter: number, scope: EventHandle | undefined): EventHandle {
    const handle = handleFor(EventHandle.of(block, counter), draft.kind, draft.name);
    if (this.#keepsCauses) {
      handle.causes = this.#encoder.causes ?? (scope && [scope]);
      const at = this.#recentAt++ % RECENT;
      const oldest = this.#recent[at];
      if (oldest) oldest.causes = undefined;
      this.#recent[at] = handle;
    }
    return handle;
  }

  /** With `onFull: "wait"`, as long as it takes; else only while the drain's thread is being started. */
  #waitForRoom(privileged: boolean): boolean {
    do {
      if (!this.#waits && !this.#sink.isStarting()) return false;
      if (!this.#sink.waitForRoom(WAIT_MS) && !this.#sink.isAlive()) return false;
    } while (!this.#sink.claim(privileged));
    return true;
  }
}
