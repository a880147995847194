import type {
  BatchAnswer,
  BatchCurvesAnswer,
  BatchCurvesQuery,
  BatchQuery,
  BatchSummary,
  RunSummary,
} from "@llm-sim/api";
import type { Run, RunOnDisk } from "./run.ts";

/** Runs, wherever they lie. */
export interface Store {
  /** The output directory under which their files lie; of runs that lie elsewhere, those of which are held. */
  readonly directory: string;
  /**
   * Where runs lie elsewhere, the same runs asked without their files, which are made again otherwise: what takes them throws
   * {@link FilesNeeded}, before anything is told of it. None where all is asked of files.
   */
  readonly withoutFiles?: Store;
  /** Every run, newest first, also those whose log cannot be read, or which cannot be asked by an id. No index is made for a finished run whose `run.json` says how many events it has. */
  listRuns(): Promise<RunSummary[]>;
  /** The run of exactly this id, and nothing outside the output directory: for ids from outside. Throws SIMULATION_NOT_FOUND. */
  openRun(id: string): Promise<Run>;
  /** By its directory's name, unique prefix of an id, path of a run directory, or `latest`: for a person. Throws SIMULATION_NOT_FOUND, INVALID_ARGUMENT. */
  resolveRun(reference: string): Promise<Run>;
  /** Every batch, newest first. */
  listBatches(): Promise<BatchSummary[]>;
  /**
   * What became of the runs of the batch of exactly this id: conditions and variables (`outcome`), variables over turns, where runs
   * part. From their run.json and summary.json, each read once as long as it stays as it is. Throws BATCH_NOT_FOUND, INVALID_ARGUMENT.
   */
  batch(id: string, query?: BatchQuery): Promise<BatchAnswer>;
  /** One variable in each of its runs. Throws BATCH_NOT_FOUND, INVALID_ARGUMENT. */
  batchCurves(id: string, query: BatchCurvesQuery): Promise<BatchCurvesAnswer>;
  /** The id of a batch, or the one that begins so: for a person. Throws BATCH_NOT_FOUND, INVALID_ARGUMENT. */
  resolveBatch(reference: string): Promise<string>;
  /**
   * Runs `use` while the files of these runs lie under `directory`, as they are now: there, another store can be asked. Throws
   * SIMULATION_NOT_FOUND, and the signal's reason where that is aborted before they lie there.
   */
  holdFiles<T>(ids: readonly string[], use: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Ends subscriptions, saves what indexes have grown, lets go of the files. May be called twice. */
  close(): Promise<void>;
}

/** The runs under one output directory. */
export interface StoreOnDisk extends Store {
  openRun(id: string): Promise<RunOnDisk>;
  resolveRun(reference: string): Promise<RunOnDisk>;
}
