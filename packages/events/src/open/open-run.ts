import { existsSync, lstatSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock, EventStream } from "../emit/index.ts";
import {
  ACTIVE_SEGMENT_FILE,
  LOCK_FILE,
  MANIFEST_FILE,
  maxFileSize,
  SEGMENTS_FILE,
  TAPE_FILE,
} from "../run/index.ts";
import {
  type Disk,
  InlineSink,
  type LineSink,
  type LockOptions,
  nodeDisk,
  type RecoveredRun,
  RunLock,
  recoverRun,
  type Trouble,
  WorkerSink,
  WriteError,
} from "../write/index.ts";
import { beginStream, type OnLoss } from "./begin-stream.ts";
import type { EventStreamOptions } from "./options.ts";
import { closeAtProcessEnd } from "./process-end.ts";
import type { Settings } from "./settings.ts";
import { remedyFor, TroubleReport } from "./trouble-report.ts";
import { warnBy } from "./warn.ts";

/**
 * Makes a run's directory where it is missing and takes its lock.
 *
 * @throws WriteError RUN_LOCKED or RUN_NOT_WRITABLE
 */
export function lockRun(disk: Disk, directory: string, options?: LockOptions): RunLock {
  return named(directory, () => {
    refuseLinks(directory);
    const isNew = !existsSync(directory);
    makeDirectory(directory);
    try {
      return RunLock.acquire(disk, directory, options);
    } catch (error) {
      if (isNew) removeEmpty(directory);
      throw error;
    }
  });
}

const WRITTEN_FILES = [MANIFEST_FILE, SEGMENTS_FILE, ACTIVE_SEGMENT_FILE, LOCK_FILE, TAPE_FILE];

/** Nothing is written through a link, nor into what is no file: whoever put it there decides where the run's files would lie. */
function refuseLinks(directory: string): void {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) throw new OddFile("it is a symbolic link");
  for (const name of found ? WRITTEN_FILES : []) {
    const file = lstatSync(join(directory, name), { throwIfNoEntry: false });
    if (file && !file.isFile())
      throw new OddFile(`${name} is ${file.isSymbolicLink() ? "a symbolic link" : "no regular file"}`);
  }
}

class OddFile extends Error {}

/** A run that could not begin leaves nothing behind. */
function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody else has put something there.
  }
}

/** Not by `recursive`: Node 20 never comes back where a parent that is there answers ENOENT, as below /proc. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(directory)) throw error;
  }
}

/** `recoverRun`, whose errors name the run. */
export function recoverLocked(disk: Disk, directory: string): RecoveredRun {
  return named(directory, () => recoverRun(disk, directory));
}

function named<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof WriteError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy = cause instanceof OddFile ? "take that away" : remedyFor(reason);
    const message = `Run directory ${directory} cannot be written: ${reason}; ${remedy}, or choose another one.`;
    throw new WriteError("RUN_NOT_WRITABLE", directory, message, { cause });
  }
}

/** A run that is locked and was recovered. */
export interface LockedRun {
  directory: string;
  lock: RunLock;
  recovered: RecoveredRun;
}

/** Begins or goes on with the stream of a run; closing it gives up the lock. */
export function openLockedRun(
  options: EventStreamOptions,
  settings: Settings,
  clock: Clock,
  run: LockedRun,
): EventStream {
  return writingRun(options, settings, clock, run, (sink, onLoss) =>
    beginStream(options, settings, sink, clock, run, onLoss),
  );
}

/**
 * Makes the sink that writes a run. Closing the stream over it gives up the lock, and the end of the process closes the stream.
 *
 * @param streamOver makes the stream, or leads one that is there to the sink
 */
export function writingRun(
  options: EventStreamOptions,
  settings: Settings,
  clock: Clock,
  { directory, lock, recovered }: LockedRun,
  streamOver: (sink: LineSink, onLoss: OnLoss) => EventStream,
): EventStream {
  let letGo: (() => void) | undefined;
  const warn = warnBy(options.onWarning);
  const trouble = new TroubleReport(directory, settings, warn);
  const limit = segmentLimit(options, settings, recovered);
  const drainOptions = {
    directory,
    simulationId: settings.simulationId,
    verbosity: settings.verbosity,
    startTime: clock.now(),
    provenance: { ...settings.provenance, max_file_size: limit },
    maxFileSize: limit,
    compress: settings.compress,
    durability: settings.durability,
    recovered,
    lock: lock.mark,
    onTrouble: (refused: Trouble) => trouble.refused(refused),
    onMishap: () => stream.tellOfMishaps(),
    onClosed: () => {
      lock.release();
      letGo?.();
    },
  };
  const { queueSize, maxEventSize } = settings;
  const isInline = settings.thread === "inline" || options.disk !== undefined;
  const sink = isInline
    ? new InlineSink(queueSize, maxEventSize, { ...drainOptions, disk: options.disk ?? nodeDisk })
    : new WorkerSink(queueSize, maxEventSize, { ...drainOptions, diskModule: options.diskModule });
  const stream = streamOver(sink, (loss, atExit) => trouble.lost(loss, atExit));
  letGo = closeAtProcessEnd(stream, options.signals ?? true, warn);
  return stream;
}

/** Who goes on with a run, or repairs it, without a word about the size of its segments keeps to what it was begun with. */
export function segmentLimit(
  options: EventStreamOptions,
  settings: Settings,
  { provenance }: RecoveredRun,
): number {
  const configured = maxFileSize({ ...provenance, ...settings.provenance }.config);
  const recorded = provenance.max_file_size ?? configured;
  const asked = options.maxFileSize === undefined ? recorded : undefined;
  // No more than the config says that the run is recorded with: its log is judged by that.
  return Math.min(asked ?? settings.maxFileSize, configured ?? Number.POSITIVE_INFINITY);
}
