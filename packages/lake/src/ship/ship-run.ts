import { basename, resolve } from "node:path";
import { RunReadError } from "@llm-sim/events/read";
import { isBeingWritten } from "@llm-sim/events/run";
import type { Lake } from "../connection/index.ts";
import { lastEdition, removeFormerEditions } from "../editions/index.ts";
import { type EditionKey, RunRows } from "../rows/index.ts";
import { ensureTables, PLACED_TABLES, type PlacedTable } from "../tables/index.ts";
import { RowsMissing } from "./checksums.ts";
import { differenceOf } from "./difference.ts";
import { type Opened, openEdition } from "./edition.ts";
import { FileShipper } from "./files.ts";
import { LogRewritten, readLog } from "./log-reader.ts";
import { bring } from "./marks.ts";
import { PatientLake } from "./patient-lake.ts";
import { type Signatures, signaturesOf } from "./signatures.ts";
import { TapeShipper } from "./tape.ts";

export interface ShipProgress {
  run: string;
  /** That are in the lake now. */
  events: number;
  /** Bytes of the log up to there. */
  bytes: number;
}

export interface ShipOptions {
  /** Ship what comes, until the run is over. */
  follow?: boolean;
  /** Ship it anew, whatever is there. */
  again?: boolean;
  /** Ends it with what is shipped by then; ship it again and it goes on. */
  signal?: AbortSignal;
  onProgress?: (progress: ShipProgress) => void;
  /** Told, in a line, of what had to be done beyond shipping, and of a lake that is away, once each time it goes. */
  onNotice?: (text: string) => void;
  /** The most events that go in at once. Default 65,536. */
  batchEvents?: number;
  /** How long a lake may be away that is tried again and again, in milliseconds; a function is asked each time. Default 0: not at all. */
  patience?: number | (() => number);
  /** Compare all files with what the lake has of them, also those that did not change since they were shipped by their size, times and number. */
  check?: boolean;
}

export interface Shipped {
  run: string;
  edition: number;
  /** Events that this call put in. */
  events: number;
  /** Bytes of the log that it went through. */
  bytes: number;
}

/** A batch ends at so many events, rows of one table, bytes, or milliseconds after its first row. */
const BATCH_EVENTS = 65_536;
const MOST_ROWS = 400_000;
const MOST_BYTES = 32 * 1024 * 1024;
const FILES_EVERY = 1000;

const DERIVED = PLACED_TABLES.filter((table) => table !== "events");

/**
 * Copies a run into a lake: every line of its log exactly once, in order, its tape, and its other files. Whatever ends it, the next call
 * goes on where the lake is, and several may do so at once.
 *
 * @param directory the run's
 * @throws LakeError; RunReadError where the run cannot be read
 */
export async function shipRun(lake: Lake, directory: string, options: ShipOptions = {}): Promise<Shipped> {
  const patient = new PatientLake(lake, options);
  await ensureTables(patient);
  return shipOne(patient, directory, options);
}

/** As `shipRun`, where the tables are there and the lake is patient. */
export async function shipOne(lake: PatientLake, directory: string, options: ShipOptions): Promise<Shipped> {
  const shipper = new RunShipper(lake, resolve(directory), options);
  for (let rewritten = 1; ; rewritten++) {
    try {
      return await shipper.ship();
    } catch (error) {
      if (error instanceof RowsMissing) shipper.shipAnew(error.message);
      else if (!(error instanceof LogRewritten)) throw error;
      // What is there now is looked at from the start.
      if (rewritten < MOST_REWRITTEN) continue;
      throw new RunReadError(
        "SEGMENT_UNREADABLE",
        directory,
        `${directory} is rewritten again and again while it is shipped (${error.message}): ship it once nobody does`,
      );
    }
  }
}

/** So often in one call files may turn out to be others than those that were read. */
const MOST_REWRITTEN = 10;

class RunShipper {
  readonly #lake: Lake;
  readonly #directory: string;
  readonly #run: string;
  readonly #options: ShipOptions;
  #events = 0;
  #bytes = 0;
  /** Why it is to be shipped anew, whatever is there. */
  #anew: string | undefined;

  constructor(lake: Lake, directory: string, options: ShipOptions) {
    this.#lake = lake;
    this.#directory = directory;
    this.#run = basename(directory);
    this.#options = options;
    this.#anew = options.again === true ? "it was asked for" : undefined;
  }

  shipAnew(why: string): void {
    this.#anew = why;
  }

  async ship(): Promise<Shipped> {
    const { follow = false, check = false, signal, batchEvents = BATCH_EVENTS } = this.#options;
    const opened = await openEdition(this.#lake, this.#run, this.#directory, {
      wantedAnew: this.#anew,
      isCompared: check,
      signal,
    });
    this.#anew = undefined;
    const { key, starts } = opened;
    if (opened.anew !== undefined) this.#options.onNotice?.(`${this.#run} is shipped anew: ${opened.anew}`);
    const files = new FileShipper(this.#lake, this.#directory, opened.seen);
    const tape = new TapeShipper(this.#lake, key, this.#directory, opened.marks.get("messages") ?? -1);
    let rows = new RunRows(key);
    let filesAt = Number.NEGATIVE_INFINITY;
    let events: Promise<void> = Promise.resolve();
    const flush = async (isOver: boolean) => {
      const batch = rows;
      rows = new RunRows(key);
      await tape.catchUp(isOver);
      await Promise.all(DERIVED.map((table) => this.#bring(opened, table, batch)));
      await events;
      events = this.#bring(opened, "events", batch).then(() => this.#told(batch));
      // Waited for before the next one: until then a failure is nobody's.
      events.catch(() => undefined);
    };
    const catchUp = async () => {
      if (performance.now() - filesAt < FILES_EVERY) return;
      await files.catchUp(key, starts);
      filesAt = performance.now();
    };
    await catchUp();
    for await (const row of readLog(this.#directory, {
      starts: [...starts],
      from: opened.from,
      seen: opened.ids,
      follow,
      signal,
    })) {
      if (row.kind === "idle") {
        if (rows.last >= 0) await flush(false);
        await events;
        await catchUp();
        continue;
      }
      const isFull = rows.events.rows >= batchEvents || rows.mostRows >= MOST_ROWS || rows.size >= MOST_BYTES;
      if (isFull && row.place > rows.last) {
        await flush(false);
        signal?.throwIfAborted();
      }
      if (row.kind === "segment") {
        rows.segment(row.place);
        if (!starts.includes(row.place)) starts.push(row.place);
      } else rows.add(row);
    }
    await flush(!isBeingWritten(this.#directory));
    await events;
    const shipped = await this.#look(opened);
    // Once, where this one is whole for the first time: it costs more than shipping does.
    if (key.edition > 1 && opened.seen.edition !== key.edition) await removeFormerEditions(this.#lake, key);
    await files.catchUp(key, starts, shipped);
    return { run: this.#run, edition: key.edition, events: this.#events, bytes: this.#bytes };
  }

  /**
   * Sees to it that what was read by and by is what is there: of files that did not change meanwhile it is.
   *
   * @returns the files' signatures, where they are over
   */
  async #look({ key, signatures }: Opened): Promise<Signatures> {
    const isOver = !isBeingWritten(this.#directory);
    const now = await signaturesOf(this.#directory);
    const isKnown = (which: number | "tape") =>
      !this.#options.check && now.get(which) !== undefined && now.get(which) === signatures.get(which);
    await this.#throwIfAnother(key);
    const difference = await differenceOf(this.#lake, key, this.#directory, isKnown, isOver);
    if (difference !== undefined) throw new LogRewritten(difference);
    await this.#throwIfAnother(key);
    return isOver ? now : new Map();
  }

  async #throwIfAnother({ run, edition }: EditionKey): Promise<void> {
    if ((await lastEdition(this.#lake, run))?.edition !== edition)
      throw new LogRewritten(`${run} was shipped anew by another`);
  }

  async #bring(opened: Opened, table: PlacedTable, batch: RunRows): Promise<void> {
    if (table === "messages") return;
    const mark = opened.marks.get(table) ?? -1;
    opened.marks.set(table, await bring(this.#lake, table, opened.key, batch[table], mark));
  }

  #told(batch: RunRows): void {
    this.#events += batch.events.rows;
    this.#bytes = Math.max(this.#bytes, batch.last);
    this.#options.onProgress?.({ run: this.#run, events: this.#events, bytes: this.#bytes });
  }
}
