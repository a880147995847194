import { join } from "node:path";
import { type EventStream, type Recall, type RecordedPlace, systemClock } from "../emit/index.ts";
import { parseTimestamp } from "../schema/index.ts";
import { LaterSink, nodeDisk } from "../write/index.ts";
import { type OnLoss, streamOver } from "./begin-stream.ts";
import { lockRun, recoverLocked, writingRun } from "./open-run.ts";
import type { EventStreamOptions } from "./options.ts";
import { type Settings, settingsOf } from "./settings.ts";

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

  /**
   * What is emitted from now on is new, and written into the run's directory, behind what is there: all that was played so far, and
   * maybe what tells of the recording.
   *
   * @throws WriteError RUN_LOCKED or RUN_NOT_WRITABLE
   */
  goOn(): void {
    const disk = this.#options.disk ?? nodeDisk;
    const directory = join(this.#settings.outputDir, this.#settings.simulationId);
    const lock = lockRun(disk, directory);
    try {
      // What the log holds was made again here: no session was lost.
      const recovered = { ...recoverLocked(disk, directory), sessionLost: undefined };
      const run = { directory, lock, recovered };
      writingRun(this.#options, this.#settings, systemClock(), run, (sink, onLoss) => {
        this.#sink.goOn(sink);
        this.#onLoss = onLoss;
        this.stream.emitter.goOn(recovered.last?.time ?? 0, recovered.counts.written);
        return this.stream;
      });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Emits the run's start: before anything else, and when the places of what is emitted before its first turn are known. */
  begin(): void {
    this.stream.start(this.#options.start ?? {});
  }
}
