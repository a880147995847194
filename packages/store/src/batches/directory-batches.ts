import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTask } from "node:timers/promises";
import { MANIFEST_FILE, SUMMARY_FILE } from "@llm-sim/events/run";
import { findRun } from "../runs/index.ts";
import { type BatchRunFacts, type BatchRunHead, batchRunOf, isSettled, readBatchHead } from "./batch-run.ts";
import { type BatchSource, roomForEach } from "./batch-source.ts";
import { readSummaryFacts } from "./read-summary.ts";

/** Milliseconds after which others are let in between. */
const SLICE = 15;

interface Held {
  /** The files as they were when they were read. */
  of: string;
  facts: BatchRunFacts | undefined;
}

/** What run.json and summary.json say of the runs of an output directory, each read once as long as it stays as it is. */
export class DirectoryBatches implements BatchSource {
  readonly #directory: string;
  readonly #held = new Map<string, Held>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async heads(): Promise<readonly BatchRunHead[]> {
    const runs: BatchRunFacts[] = [];
    const names = directoriesIn(this.#directory);
    const room = roomForEach(names.length);
    let begun = performance.now();
    for (const name of names) {
      const facts = this.#read(name, room);
      if (facts !== undefined) runs.push(facts);
      if (performance.now() - begun < SLICE) continue;
      await nextTask();
      begun = performance.now();
    }
    const there = new Set(names);
    for (const name of this.#held.keys()) if (!there.has(name)) this.#held.delete(name);
    return runs;
  }

  async facts(heads: readonly BatchRunHead[]): Promise<readonly BatchRunFacts[]> {
    // Both were read together: a look at one file is as dear as one at the other.
    return heads.flatMap(({ id }) => this.#held.get(id)?.facts ?? []);
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
    const head = found === undefined ? undefined : readBatchHead(found);
    const facts =
      found === undefined || head === undefined
        ? undefined
        : batchRunOf({ ...head, id: name }, () => readSummaryFacts(found, room));
    this.#held.set(name, { of, facts });
    return facts;
  }
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
