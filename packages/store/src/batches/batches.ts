import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTask } from "node:timers/promises";
import type { BatchAnswer, BatchCurvesAnswer, BatchSummary } from "@llm-sim/api";
import { nearestNames } from "@llm-sim/events/naming";
import { MANIFEST_FILE, SUMMARY_FILE } from "@llm-sim/events/run";
import { invalidArgument, StoreError } from "../errors.ts";
import { findRun } from "../runs/index.ts";
import { Batch } from "./answer.ts";
import { type BatchRunFacts, readBatchRun } from "./batch-run.ts";

/** Characters of summaries that are held of one run, and of all: of a large batch less of each. */
const MOST_OF_RUN = 20 * 1024 * 1024;
const MOST_OF_ALL = 400 * 1024 * 1024;
/** Milliseconds after which others are let in between. */
const SLICE = 15;

interface Held {
  /** The files as they were when they were read. */
  of: string;
  facts: BatchRunFacts | undefined;
}

/** The batches of an output directory: what their runs' run.json and summary.json say, each read once as long as it stays as it is. */
export class Batches {
  readonly #directory: string;
  readonly #held = new Map<string, Held>();
  /** The batches that were worked out, with what they were worked out of. */
  readonly #worked = new Map<string, { runs: readonly BatchRunFacts[]; batch: Batch }>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Newest first. */
  async list(): Promise<BatchSummary[]> {
    const batches = await this.#byId();
    return [...batches]
      .map(([id, runs]) => this.#workedOut(id, runs).summary)
      .toSorted((a, b) => ((a.start_time ?? "") < (b.start_time ?? "") ? 1 : -1));
  }

  async answer(id: string, outcomes: readonly string[]): Promise<BatchAnswer> {
    return (await this.#batch(id)).answer(outcomes);
  }

  async curves(id: string, variable: string, agentId: string | undefined): Promise<BatchCurvesAnswer> {
    return (await this.#batch(id)).curves(variable, agentId);
  }

  /** The batch of that id, or of the one that begins so. */
  async resolve(reference: string): Promise<string> {
    const ids = [...(await this.#byId()).keys()];
    if (ids.includes(reference)) return reference;
    const fitting = reference === "" ? [] : ids.filter((id) => id.startsWith(reference)).toSorted();
    const [only, ...others] = fitting;
    if (only === undefined) throw batchNotFound(reference, ids);
    if (others.length > 0)
      throw invalidArgument(
        "batch",
        `${JSON.stringify(reference)} may be any of ${fitting.slice(0, 5).join(", ")}${fitting.length > 5 ? ", …" : ""}; give more of the id`,
      );
    return only;
  }

  async #batch(id: string): Promise<Batch> {
    const batches = await this.#byId();
    const runs = batches.get(id);
    if (runs === undefined) throw batchNotFound(id, [...batches.keys()]);
    return this.#workedOut(id, runs);
  }

  #workedOut(id: string, runs: readonly BatchRunFacts[]): Batch {
    const known = this.#worked.get(id);
    if (known !== undefined && isSame(known.runs, runs)) return known.batch;
    const batch = new Batch(id, runs);
    this.#worked.set(id, { runs, batch });
    return batch;
  }

  async #byId(): Promise<Map<string, BatchRunFacts[]>> {
    const batches = new Map<string, BatchRunFacts[]>();
    const names = directoriesIn(this.#directory);
    const room = Math.min(MOST_OF_RUN, Math.floor(MOST_OF_ALL / Math.max(1, names.length)));
    let begun = performance.now();
    for (const name of names) {
      const facts = this.#read(name, room);
      if (facts !== undefined) {
        const runs = batches.get(facts.batch.id) ?? [];
        runs.push(facts);
        batches.set(facts.batch.id, runs);
      }
      if (performance.now() - begun < SLICE) continue;
      await nextTask();
      begun = performance.now();
    }
    const there = new Set(names);
    for (const name of this.#held.keys()) if (!there.has(name)) this.#held.delete(name);
    for (const id of this.#worked.keys()) if (!batches.has(id)) this.#worked.delete(id);
    return batches;
  }

  #read(name: string, room: number): BatchRunFacts | undefined {
    const directory = join(this.#directory, name);
    const manifest = stateOf(join(directory, MANIFEST_FILE));
    if (manifest === undefined) return undefined;
    const of = `${manifest} ${stateOf(join(directory, SUMMARY_FILE)) ?? ""}`;
    const held = this.#held.get(name);
    // Whether the writer of one that is not over lives, its files do not say.
    const isOver = held?.facts === undefined || isSettled(held.facts);
    if (held?.of === of && isOver) return held.facts;
    const found = findRun(this.#directory, name);
    const facts = found === undefined ? undefined : readBatchRun(name, found, room);
    this.#held.set(name, { of, facts });
    return facts;
  }
}

function isSettled({ status, endedBy, curves }: BatchRunFacts): boolean {
  return status !== "running" && (endedBy !== undefined || !("problem" in curves));
}

function isSame(before: readonly BatchRunFacts[], now: readonly BatchRunFacts[]): boolean {
  return before.length === now.length && before.every((run, at) => run === now[at]);
}

function directoriesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
      (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith(".") ? [entry.name] : [],
    );
  } catch {
    return []; // absent, no directory, or not ours to read
  }
}

function stateOf(path: string): string | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

function batchNotFound(reference: string, ids: readonly string[]): StoreError {
  const nearest = nearestNames(reference, ids, 3);
  const hint = nearest.length > 0 ? ` The nearest: ${nearest.join(", ")}.` : "";
  return new StoreError("BATCH_NOT_FOUND", `There is no batch ${JSON.stringify(reference)}.${hint}`, {
    reference,
    nearest,
  });
}
