import type {
  BatchAnswer,
  BatchCurvesAnswer,
  BatchCurvesQuery,
  BatchQuery,
  BatchSummary,
  RunSummary,
} from "@llm-sim/api";
import { openStore, type Run, type Store, StoreError, simulationNotFound } from "@llm-sim/store";
import { Batches, idBeginningWith, LATEST, newestFirst } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { LakeError } from "../errors.ts";
import { findTables } from "../tables/index.ts";
import { LakeBatches } from "./lake-batches.ts";
import { type LakeParts, LakeRun } from "./lake-run.ts";
import { RestoredRuns } from "./restored-runs.ts";
import { type ShippedRun, ShippedRuns } from "./shipped-runs.ts";

const POLL_INTERVAL = 200;

export interface LakeStoreOptions {
  /** Where directories of runs are made again for questions that need them; default the system's for temporary files. */
  cacheDirectory?: string;
  /** Bytes of such directories; default 16 GiB. */
  mostBytes?: number;
  /** Bytes of indexes held in memory, as of a store of files. */
  memory?: number;
}

/**
 * The runs of a lake, asked as those of an output directory are.
 *
 * @throws LakeError `LAKE_TABLES` where nothing was shipped there, or by another version
 */
export async function openLakeStore(lake: Lake, options: LakeStoreOptions = {}): Promise<Store> {
  if (!(await findTables(lake)))
    throw new LakeError("LAKE_TABLES", `${lake.name} has no runs: ship some there with llm-sim ship.`);
  return new LakeStore(lake, options);
}

class LakeStore implements Store {
  readonly directory: string;
  readonly withoutFiles: Store;
  readonly #closing = new AbortController();
  readonly #parts: LakeParts;
  readonly #batches: Batches;
  readonly #open = new Map<string, LakeRun>();
  #listed: { of: readonly ShippedRun[]; summaries: readonly RunSummary[] } = { of: [], summaries: [] };
  /** Of runs whose summary takes their log, by the mark that it is of. */
  readonly #summaries = new Map<string, { version: number; summary: RunSummary }>();

  constructor(lake: Lake, { memory, ...cache }: LakeStoreOptions) {
    const restored = new RestoredRuns(lake, cache);
    const runs = new ShippedRuns(lake);
    const files = openStore(restored.directory, memory === undefined ? {} : { memory });
    this.#parts = { lake, runs, restored, files, closing: this.#closing.signal, pollInterval: POLL_INTERVAL };
    this.#batches = new Batches(new LakeBatches(lake, runs));
    this.directory = restored.directory;
    this.withoutFiles = this.#asked();
  }

  async listRuns(): Promise<RunSummary[]> {
    this.#assertOpen();
    const runs = await this.#parts.runs.all();
    if (runs === this.#listed.of) return [...this.#listed.summaries];
    const summaries: RunSummary[] = [];
    for (const run of runs) summaries.push(run.summary ?? (await this.#summaryOf(run)));
    summaries.sort(newestFirst);
    this.#listed = { of: runs, summaries };
    return [...summaries];
  }

  openRun(id: string): Promise<Run> {
    return this.#run(id);
  }

  async #run(id: string): Promise<LakeRun> {
    this.#assertOpen();
    // One that has gone meanwhile says so when it is asked.
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    if ((await this.#parts.runs.one(id)) === undefined)
      throw simulationNotFound(id, await this.#parts.runs.ids());
    const run = new LakeRun(id, this.#parts);
    this.#open.set(id, run);
    return run;
  }

  async resolveRun(reference: string): Promise<Run> {
    this.#assertOpen();
    const ids = await this.#parts.runs.ids();
    if (ids.includes(reference)) return this.openRun(reference);
    if (reference === LATEST) {
      const [latest] = await this.listRuns();
      if (latest !== undefined) return this.openRun(latest.id);
    }
    return this.openRun(idBeginningWith("run", reference, ids) ?? reference);
  }

  async listBatches(): Promise<BatchSummary[]> {
    this.#assertOpen();
    return this.#batches.list();
  }

  async batch(id: string, query?: BatchQuery): Promise<BatchAnswer> {
    this.#assertOpen();
    return this.#batches.answer(id, query);
  }

  async batchCurves(id: string, query: BatchCurvesQuery): Promise<BatchCurvesAnswer> {
    this.#assertOpen();
    return this.#batches.curves(id, query);
  }

  async resolveBatch(reference: string): Promise<string> {
    this.#assertOpen();
    return this.#batches.resolve(reference);
  }

  async holdFiles<T>(ids: readonly string[], use: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const [id, ...others] = new Set(ids);
    if (id === undefined) return use();
    const run = await this.#run(id);
    return run.holdFiles(() => this.holdFiles(others, use, signal), signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#parts.files.close();
    this.#parts.restored.close();
  }

  /** This store, whose runs are asked without their files. */
  #asked(): Store {
    return {
      directory: this.directory,
      listRuns: () => this.listRuns(),
      openRun: async (id) => (await this.#run(id)).withoutFiles,
      resolveRun: async (reference) => (await this.#run((await this.resolveRun(reference)).id)).withoutFiles,
      listBatches: () => this.listBatches(),
      batch: (id, query) => this.batch(id, query),
      batchCurves: (id, query) => this.batchCurves(id, query),
      resolveBatch: (reference) => this.resolveBatch(reference),
      holdFiles: (ids, use, signal) => this.holdFiles(ids, use, signal),
      close: () => this.close(),
    };
  }

  async #summaryOf(run: ShippedRun): Promise<RunSummary> {
    const known = this.#summaries.get(run.id);
    if (known?.version === run.version && !run.isWritten) return known.summary;
    const { runs, restored, files } = this.#parts;
    const marked = await runs.one(run.id);
    if (marked === undefined) return nothingOf(run.id);
    const summary = await restored.ask(marked, async () => {
      const listed = await files.listRuns();
      return listed.find(({ id }) => id === run.id) ?? nothingOf(run.id);
    });
    this.#summaries.set(run.id, { version: run.version, summary });
    return summary;
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new StoreError("STORE_CLOSED", "The store has been closed.");
  }
}

function nothingOf(id: string): RunSummary {
  return { id, name: id, status: "interrupted", event_count: 0, turns: 0, dropped: 0, bytes: 0, segments: 0 };
}
