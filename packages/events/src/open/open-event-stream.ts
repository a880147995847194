import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Emitter, EventStream, systemClock } from "../emit/index.ts";
import {
  InlineSink,
  LineCopier,
  type LineSink,
  nodeDisk,
  type RecoveredRun,
  RunLock,
  recoverRun,
  sessionLostDescription,
  WorkerSink,
  WriteError,
} from "../write/index.ts";
import type { EventStreamOptions } from "./options.ts";
import { closeAtProcessEnd } from "./process-end.ts";
import { type Settings, settingsOf } from "./settings.ts";

/**
 * Opens the stream of a run. A new run begins with its `simulation_start`; one whose last session was lost (a crash, a
 * `kill -9`) goes on where its log ends, and a SYSTEM warning `session_lost` says so.
 *
 *     const stream = await openEventStream({ simulationId: "my-run", verbosity: "STATE" });
 *
 * @throws RangeError that names the option where one is wrong
 * @throws WriteError RUN_LOCKED, RUN_ENDED, RUN_FOREIGN or RUN_NOT_WRITABLE
 */
export async function openEventStream(options: EventStreamOptions): Promise<EventStream> {
  const settings = settingsOf(options);
  const clock = options.clock ?? systemClock();
  return options.sink
    ? begin(options, settings, new LineCopier(options.sink, settings.maxEventSize), clock)
    : openRun(options, settings, clock);
}

type StreamClock = ReturnType<typeof systemClock>;

async function openRun(
  options: EventStreamOptions,
  settings: Settings,
  clock: StreamClock,
): Promise<EventStream> {
  const disk = options.disk ?? nodeDisk;
  const directory = join(settings.outputDir, settings.simulationId);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw notWritable(directory, cause);
  }
  let lock: RunLock;
  try {
    lock = RunLock.acquire(disk, directory);
  } catch (error) {
    throw error instanceof WriteError ? error : notWritable(directory, error);
  }
  let letGo: (() => void) | undefined;
  const onClosed = () => {
    lock.release();
    letGo?.();
  };
  try {
    const recovered = recoverRun(disk, directory);
    if (recovered.end) throw runEnded(directory, recovered.end.timestamp);
    const drainOptions = {
      directory,
      simulationId: settings.simulationId,
      verbosity: settings.verbosity,
      startTime: clock.now(),
      provenance: options.provenance ?? {},
      maxFileSize: settings.maxFileSize,
      compress: settings.compress,
      durability: settings.durability,
      recovered,
      onClosed,
    };
    const inline = options.thread === "inline" || options.disk !== undefined;
    const sink = inline
      ? new InlineSink(settings.queueSize, settings.maxEventSize, { ...drainOptions, disk })
      : new WorkerSink(settings.queueSize, settings.maxEventSize, {
          ...drainOptions,
          diskModule: options.diskModule,
        });
    await sink.ready();
    const stream = begin(options, settings, sink, clock, { directory, recovered });
    letGo = closeAtProcessEnd(stream, options.signals ?? true);
    return stream;
  } catch (error) {
    lock.release();
    throw error;
  }
}

function runEnded(directory: string, when: string): WriteError {
  const message = `Run ${directory} has ended (${when}): a run is not written again; choose another id.`;
  return new WriteError("RUN_ENDED", directory, message);
}

function notWritable(directory: string, cause: unknown): WriteError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WriteError(
    "RUN_NOT_WRITABLE",
    directory,
    `Run directory ${directory} cannot be written: ${reason}`,
    { cause },
  );
}

function begin(
  options: EventStreamOptions,
  settings: Settings,
  sink: LineSink,
  clock: StreamClock,
  run?: { directory: string; recovered: RecoveredRun },
): EventStream {
  const recovered = run?.recovered;
  const emitter = new Emitter({
    simulationId: settings.simulationId,
    verbosity: settings.verbosity,
    sink,
    clock,
    maxEventSize: settings.maxEventSize,
    onFull: settings.onFull,
    strict: options.strict ?? false,
    after: recovered?.last,
    counts: recovered?.counts,
  });
  const stream = new EventStream(emitter, sink, {
    simulationId: settings.simulationId,
    directory: run?.directory,
    scopes: settings.scopes,
  });
  if (recovered?.openMilestone) emitter.openCause = emitter.handleOf(recovered.openMilestone);
  else stream.start(options.start ?? {});
  if (recovered?.sessionLost) {
    stream.system("warning", {
      error_type: "session_lost",
      description: sessionLostDescription(recovered),
      details: { written: recovered.counts.written, ...recovered.sessionLost },
    });
  }
  return stream;
}
