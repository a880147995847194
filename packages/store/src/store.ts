import { resolve } from "node:path";
import type {
  BatchAnswer,
  BatchCurvesAnswer,
  BatchCurvesQuery,
  BatchQuery,
  BatchSummary,
  RunSummary,
} from "@llm-sim/api";
import { type OptionNames, unknownOption } from "@llm-sim/events/naming";
import { isOutOfFiles, readKnownManifest } from "@llm-sim/events/run";
import { Batches, DirectoryBatches } from "./batches/index.ts";
import { invalidArgument, isStoreError, StoreError } from "./errors.ts";
import { BatchRoom } from "./live/index.ts";
import type { RunOnDisk, StoreOnDisk } from "./port/index.ts";
import { ReaderPool } from "./reader/index.ts";
import { IndexedRun } from "./run.ts";
import {
  type FoundRun,
  findRun,
  glance,
  isRunDirectory,
  LATEST,
  Lineage,
  noSuchRun,
  RunList,
  type RunPlace,
  resolvePlace,
  summarize,
  summarizeUnread,
} from "./runs/index.ts";
import { INDEX_FILE, loadFacts } from "./sidecar/index.ts";

export interface StoreOptions {
  /** Whether indexes are kept beside the runs (default `true`); where a directory is read-only they are not, silently. */
  sidecar?: boolean;
  /** Bytes of indexes held in memory, the least recently used going first; default 384 MiB. What is kept beside the runs is read again as it is needed. */
  memory?: number;
  /** How often a live run's directory is looked at where no notification came, in milliseconds; default 500. */
  pollInterval?: number;
}

const OPTIONS: OptionNames<StoreOptions> = { sidecar: true, memory: true, pollInterval: true };

const DEFAULT_MEMORY = 384 * 1024 ** 2;
const DEFAULT_POLL_INTERVAL = 500;

/**
 * Opens the runs under `outputDirectory`, which need not exist yet. Nothing is read before something is asked.
 *
 * @example
 * const store = openStore("output");
 * const run = await store.resolveRun("latest");
 * const page = await run.query({ agent_ids: ["alice"], turn_start: 5 });
 * console.log(page.total, page.events());
 * await store.close();
 */
export function openStore(outputDirectory: string, options: StoreOptions = {}): StoreOnDisk {
  const unknown = unknownOption("openStore", options, OPTIONS);
  if (unknown !== undefined) throw invalidArgument("options", unknown);
  return new DirectoryStore(resolve(outputDirectory), options);
}

class DirectoryStore implements StoreOnDisk {
  readonly directory: string;
  readonly #usesSidecar: boolean;
  readonly #pollInterval: number;
  readonly #readers: ReaderPool;
  readonly #runs = new Map<string, IndexedRun>();
  readonly #lineage = new Lineage();
  readonly #batchRoom = new BatchRoom();
  readonly #batches: Batches;
  readonly #list: RunList;
  readonly #closing = new AbortController();

  constructor(
    directory: string,
    { sidecar = true, memory = DEFAULT_MEMORY, pollInterval = DEFAULT_POLL_INTERVAL }: StoreOptions,
  ) {
    this.directory = directory;
    this.#batches = new Batches(new DirectoryBatches(directory));
    this.#list = new RunList(directory, {
      summaryOf: (found) => this.#found(found),
      isLoaded: (place) => this.#readers.isLoaded(place),
    });
    this.#usesSidecar = sidecar;
    this.#pollInterval = pollInterval;
    this.#readers = new ReaderPool({ sidecar, memory });
  }

  async listRuns(): Promise<RunSummary[]> {
    this.#assertOpen();
    return [...(await this.#list.all())];
  }

  async openRun(id: string): Promise<RunOnDisk> {
    this.#assertOpen();
    const directory = findRun(this.directory, id);
    if (directory === undefined) {
      throw noSuchRun(this.directory, id);
    }
    return this.#run({ id, directory });
  }

  async resolveRun(reference: string): Promise<RunOnDisk> {
    this.#assertOpen();
    if (reference === LATEST && findRun(this.directory, LATEST) === undefined) {
      const runs = await this.listRuns();
      const latest = runs.find(({ id }) => findRun(this.directory, id) !== undefined);
      if (latest === undefined)
        throw new StoreError("SIMULATION_NOT_FOUND", `There are no runs in ${this.directory}.`, {
          reference,
          nearest: [],
        });
      return this.openRun(latest.id);
    }
    return this.#run(resolvePlace(this.directory, reference));
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

  holdFiles<T>(_ids: readonly string[], use: () => Promise<T>): Promise<T> {
    return use();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#readers.close();
  }

  #run(place: RunPlace): IndexedRun {
    const known = this.#runs.get(place.directory);
    if (known !== undefined) return known;
    const run = new IndexedRun(this.#readers.reader(place.id, place.directory), {
      pollInterval: this.#pollInterval,
      closing: this.#closing.signal,
      lineage: this.#lineage,
      batchRoom: this.#batchRoom,
    });
    this.#runs.set(place.directory, run);
    return run;
  }

  async #found(found: FoundRun): Promise<RunSummary | undefined> {
    const { name: id, refused } = found;
    const summary = refused?.because === "link" ? nothingOf(id) : await this.#listed(found);
    return refused === undefined ? summary : summary && { ...summary, unreadable: refused.reason };
  }

  /** `undefined` where the run went away meanwhile. */
  async #listed(found: FoundRun): Promise<RunSummary | undefined> {
    const { name: id, directory, files } = found;
    const known = readKnownManifest(directory);
    if (known.newer !== undefined) return summarizeUnread(id, directory, known.newer);
    try {
      if (!this.#readers.isLoaded(directory)) {
        const isKept = this.#usesSidecar && files.includes(INDEX_FILE);
        const kept = isKept ? await loadFacts(directory) : undefined;
        if (kept !== undefined) return summarize(id, directory, kept);
        const glanced = glance(found, known.manifest);
        if (glanced !== undefined) return glanced;
      }
      return await this.#run({ id, directory }).summary();
    } catch (error) {
      if (isOutOfFiles(error)) throw error;
      if (!isRunDirectory(directory)) return undefined;
      if (!isUnreadable(error)) throw error;
      // Where runs lie on this machine is told to nobody who asks for the list.
      return summarizeUnread(id, directory, error.message.replaceAll(directory, id));
    }
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new StoreError("STORE_CLOSED", "The store has been closed.");
  }
}

/** Of a run that lies outside the output directory. */
function nothingOf(id: string): RunSummary {
  return { id, name: id, status: "interrupted", event_count: 0, turns: 0, dropped: 0, bytes: 0, segments: 0 };
}

function isUnreadable(error: unknown): error is Error {
  // What the file system itself says names the call that it refused.
  return isStoreError(error, "LOG_UNREADABLE") || (error instanceof Error && "syscall" in error);
}
