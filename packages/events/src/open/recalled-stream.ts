import { type EventStream, type Recall, type RecordedPlace, systemClock } from "../emit/index.ts";
import { parseTimestamp } from "../schema/index.ts";
import { LaterSink } from "../write/index.ts";
import { streamOver } from "./begin-stream.ts";
import type { EventStreamOptions } from "./options.ts";
import { type Settings, settingsOf } from "./settings.ts";

/**
 * The stream of a run that is played again: what is emitted takes the places of the events in the run's log, their ids and times,
 * and nothing is written.
 */
export class RecalledStream {
  readonly stream: EventStream;
  readonly #settings: Settings;
  readonly #sink: LaterSink;
  readonly #options: EventStreamOptions;

  /** @param directory the run's, where it is to be written on */
  constructor(options: EventStreamOptions, log: Recall, directory?: string) {
    this.#options = options;
    this.#settings = settingsOf(options);
    const { maxEventSize } = this.#settings;
    this.#sink = new LaterSink(maxEventSize, directory !== undefined, (line) => log.said(line));
    const run = directory === undefined ? undefined : { directory };
    this.stream = streamOver(options, this.#settings, this.#sink, systemClock(), run);
    this.stream.emitter.recall(log);
  }

  /** The place of an event of the log. They are asked for in the order of the log, a place before an event takes it. */
  placeOf({ event_id, timestamp }: { event_id: string; timestamp: string }): RecordedPlace {
    return this.stream.emitter.recalledPlace(event_id, parseTimestamp(timestamp) ?? 0);
  }

  /** Emits the run's start: before anything else, and when the places of what is emitted before its first turn are known. */
  begin(): void {
    this.stream.start(this.#options.start ?? {});
  }
}
