import { join } from "node:path";
import { type EventStream, type Recall, type RecordedPlace, systemClock } from "../emit/index.ts";
import { parseTimestamp } from "../schema/index.ts";
import type { Attempt } from "../tape/index.ts";
import { type CutOff, type CutPlace, cutLog, LaterSink, nodeDisk, type RunLock } from "../write/index.ts";
import { type OnLoss, streamOver } from "./begin-stream.ts";
import { lockRun, recoverLocked, writingRun } from "./open-run.ts";
import type { EventStreamOptions } from "./options.ts";
import { type Settings, settingsOf } from "./settings.ts";

/** The right to write a run that is there, before anything of it is touched. */
export class RunHold {
  readonly directory: string;
  readonly #lock: RunLock;

  /** @throws WriteError RUN_LOCKED where a process writes the run, or may do so */
  constructor(directory: string) {
    this.directory = directory;
    this.#lock = lockRun(nodeDisk, directory);
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
