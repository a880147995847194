import { join } from "node:path";
import {
  EventHandle,
  type EventStream,
  type Recall,
  type RecordedPlace,
  systemClock,
} from "../emit/index.ts";
import { EVENT_TYPES, type Event, parseTimestamp } from "../schema/index.ts";
import type { Attempt } from "../tape/index.ts";
import {
  type CutOff,
  type CutPlace,
  cutLog,
  LaterSink,
  type LockOptions,
  nodeDisk,
  type RunLock,
} from "../write/index.ts";
import { type OnLoss, streamOver } from "./begin-stream.ts";
import { lockRun, recoverLocked, writingRun } from "./open-run.ts";
import type { EventStreamOptions } from "./options.ts";
import { type Settings, settingsOf } from "./settings.ts";

/** The right to write a run that is there, before anything of it is touched. */
export class RunHold {
  readonly directory: string;
  readonly #lock: RunLock;

  /** @throws WriteError RUN_LOCKED where a process writes the run, or may do so */
  constructor(directory: string, options?: Pick<LockOptions, "takeOver">) {
    this.directory = directory;
    this.#lock = lockRun(nodeDisk, directory, options);
  }

  /** @internal */
  get lock(): RunLock {
    return this.#lock;
  }

  /** Gives it up; may be called twice. */
  release(): void {
    this.#lock.release();
  }
}

/** Behind what a run is gone on with, and what is said of it on record. */
export interface GoingOn {
  /** Where the run is held already. */
  hold?: RunHold | undefined;
  /** What stands behind it in the log is set aside. */
  keep?: CutPlace | undefined;
  /** Tells the run's log of it, in a SYSTEM warning. */
  tell?: (cut: CutOff | undefined) => { error_type: string; description: string; details: object };
}

/** What a handle stands for, so that another process can make it again. */
export interface HandleRecord {
  /** Of the events, nearest first; of one that is on record, its own alone. */
  event_ids: readonly string[];
  /** Whether the event is not on record, and these are what led to it. */
  isStandIn: boolean;
  /** How many more led to it. */
  omitted: number;
}

export function recordOfHandle(handle: EventHandle): HandleRecord {
  return { event_ids: handle.event_ids, isStandIn: handle.block === undefined, omitted: handle.omitted };
}

/** What stands for several events, or for none, where its own is not on record. */
export function standInFor(events: readonly EventHandle[], omitted: number): EventHandle {
  return events.length === 0 ? EventHandle.none : EventHandle.standingFor(events, omitted);
}

/**
 * The stream of a run that is played again: what is emitted takes the places of the events in the run's log, their ids and times,
 * and nothing is written before `goOn`.
 */
export class RecalledStream {
  readonly stream: EventStream;
  readonly #settings: Settings;
  readonly #sink: LaterSink;
  readonly #options: EventStreamOptions;
  #onLoss: OnLoss = () => undefined;

  /** @param directory the run's, where it is to be written on */
  constructor(options: EventStreamOptions, log: Recall, directory?: string) {
    this.#options = options;
    this.#settings = settingsOf(options);
    const { maxEventSize } = this.#settings;
    this.#sink = new LaterSink(maxEventSize, directory !== undefined, (line) => log.said(line));
    const run = directory === undefined ? undefined : { directory };
    this.stream = streamOver(options, this.#settings, this.#sink, systemClock(), run, (loss, atExit) =>
      this.#onLoss(loss, atExit),
    );
    this.stream.emitter.recall(log);
  }

  /** The place of an event of the log. They are asked for in the order of the log, a place before an event takes it. */
  placeOf({ event_id, timestamp }: { event_id: string; timestamp: string }): RecordedPlace {
    return this.stream.emitter.recalledPlace(event_id, parseTimestamp(timestamp) ?? 0);
  }

  /** An event of the log that is not made again, as the run goes on from behind it. They are passed in the log's order. */
  pass(event: Event): void {
    this.stream.emitter.pass(EVENT_TYPES.indexOf(event.event_type));
  }

  /** What stands for such an event, as one that is caused by it names it. */
  passedHandle(event: Event): EventHandle {
    const name =
      event.event_type === "STATE"
        ? event.variable_name
        : event.event_type === "MILESTONE"
          ? event.milestone_type
          : "";
    return this.stream.emitter.passedHandle(event.event_id, EVENT_TYPES.indexOf(event.event_type), name);
  }

  /** The turn that the run goes on behind: what comes next is caused by its end. */
  passedTurn(turn: number, end: EventHandle): void {
    this.stream.emitter.setTurn(turn);
    this.stream.emitter.openCause = end;
  }

  /** Attempts that are on the run's tape: they are not appended once more. */
  passOver(isThere: (attempt: Attempt) => boolean): void {
    this.stream.tape.passOver(isThere);
  }

  /** Emits the run's start: before anything else, and when the places of what is emitted before its first turn are known. */
  begin(): void {
    this.stream.start(this.#options.start ?? {});
  }

  /**
   * What is emitted from now on is new, and written into the run's directory, behind what is there: all that was played so far, and
   * maybe what tells of the recording.
   *
   * @param on where the log is to end before, if anywhere else than it does
   * @returns what was set aside for that
   * @throws WriteError RUN_LOCKED or RUN_NOT_WRITABLE
   */
  goOn(on: GoingOn = {}): CutOff | undefined {
    const disk = this.#options.disk ?? nodeDisk;
    const directory = join(this.#settings.outputDir, this.#settings.simulationId);
    const lock = on.hold?.lock ?? lockRun(disk, directory);
    const { emitter } = this.stream;
    try {
      const cut = on.keep && cutLog(disk, directory, on.keep);
      // What the log holds was made again here: no session was lost.
      const found = { ...recoverLocked(disk, directory), sessionLost: undefined };
      // What earlier sessions lost stood behind the place, and is made anew.
      const recovered = on.keep
        ? { ...found, loss: undefined, counts: { ...found.counts, dropped: 0 } }
        : found;
      const run = { directory, lock, recovered };
      writingRun(this.#options, this.#settings, systemClock(), run, (sink, onLoss) => {
        this.#sink.goOn(sink);
        this.#onLoss = onLoss;
        this.stream.tape.goOn(recovered.tapeBytes);
        emitter.goOn(recovered.last?.time ?? 0, recovered.counts.written);
        return this.stream;
      });
      if (on.tell) emitter.tellOfRecording(on.tell(cut));
      return cut;
    } catch (error) {
      lock.release();
      throw error;
    }
  }
}
