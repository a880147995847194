import { statSync } from "node:fs";
import { join } from "node:path";
import type { RunDetails } from "@llm-sim/api";
import { type NotesRead, readNotes } from "@llm-sim/events/notes";
import { type VerifyReport, verifyRun } from "@llm-sim/events/read";
import { isBeingWritten, MANIFEST_FILE, TAPE_FILE } from "@llm-sim/events/run";
import { AskedFiles } from "./asked-files.ts";
import { ModelCalls } from "./calls/index.ts";
import { Explanations, recordingOf, type Soon } from "./explain/index.ts";
import { type BatchRoom, type EventCursor, LiveLog, type ParsedSubscription } from "./live/index.ts";
import { RunTroubles, RunVariables } from "./overview/index.ts";
import {
  type Answered,
  type AsItIs,
  type AskedRun,
  AskingRun,
  fullDetails,
  type RunOnDisk,
} from "./port/index.ts";
import { TextSearches } from "./query/index.ts";
import type { RunReader } from "./reader/index.ts";
import { type FullRunSummary, type Lineage, logAsItIs, summarize } from "./runs/index.ts";

/** A run by its files, and the index of them. */
export class IndexedRun extends AskingRun implements RunOnDisk {
  readonly id: string;
  readonly directory: string;
  readonly #reader: RunReader;
  readonly #live: LiveLog;
  readonly #lineage: Lineage;
  readonly #searches = new TextSearches();
  readonly #calls: ModelCalls;
  readonly #variables: RunVariables;
  readonly #troubles = new RunTroubles();
  #integrity: { of: string; report: Promise<VerifyReport> } | undefined;

  constructor(
    reader: RunReader,
    options: { pollInterval: number; closing: AbortSignal; lineage: Lineage; batchRoom: BatchRoom },
  ) {
    super(reader.id, options.closing);
    this.id = reader.id;
    this.directory = reader.directory;
    this.#reader = reader;
    this.#calls = new ModelCalls(reader.directory);
    this.#variables = new RunVariables(reader.directory);
    this.#live = new LiveLog(reader, {
      pollInterval: options.pollInterval,
      closing: options.closing,
      room: options.batchRoom,
      saidIn: async (view, text) => {
        const { rows } = await this.#calls.search(view, text);
        return new Set(rows.map((row) => view.index.idOf(row)));
      },
    });
    this.#lineage = options.lineage;
  }

  async summary(): Promise<FullRunSummary> {
    return summarize(this.id, this.directory, await this.#reader.facts());
  }

  files(): string {
    return this.directory;
  }

  asItIs(): AsItIs {
    return logAsItIs(this.directory);
  }

  async details(): Promise<RunDetails> {
    return fullDetails(this, {
      directory: this.directory,
      summary: await this.summary(),
      children: await this.#lineage.childrenOf(this.directory),
      troubles: () => this.#reader.look((view) => this.#troubles.at(view)),
    });
  }

  async notes(): Promise<NotesRead> {
    return readNotes(this.directory);
  }

  ask<Answer>(question: (asked: AskedRun) => Soon<Answer>): Promise<Answered<Answer>> {
    const recording = recordingOf(this.directory);
    const kept = {
      searches: this.#searches,
      calls: this.#calls,
      variables: this.#variables,
    };
    return this.#reader.look((view) =>
      Explanations.inTurn(view, async () => {
        // Of the moment that is asked about: the log may grow before the answer is there.
        const skipped = view.skippedCount;
        const answer = await question(AskedFiles.at(view, recording, kept));
        return { answer, skipped };
      }),
    );
  }

  cursor({ filter, after }: ParsedSubscription, onMore: () => void): Promise<EventCursor> {
    return this.#live.join(filter, after, onMore);
  }

  async integrity({ signal }: { signal?: AbortSignal } = {}): Promise<VerifyReport> {
    if (signal !== undefined) return verifyRun(this.directory, { signal });
    const { bytes, segments, event_count } = await this.#reader.facts();
    const [manifest, tape] = [MANIFEST_FILE, TAPE_FILE].map(
      (file) => statSync(join(this.directory, file), { throwIfNoEntry: false })?.mtimeMs,
    );
    // An index made anew is one of another log, be it as long.
    const serial = await this.#reader.look((view) => view.index.serial);
    const of = [bytes, segments, event_count, serial, manifest, tape, isBeingWritten(this.directory)].join();
    if (this.#integrity?.of !== of) this.#integrity = { of, report: verifyRun(this.directory) };
    try {
      return await this.#integrity.report;
    } catch (error) {
      this.#integrity = undefined;
      throw error;
    }
  }
}
