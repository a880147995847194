import { join } from "node:path";
import type { RunSummary } from "@llm-sim/api";
import { LOCK_FILE, MANIFEST_FILE, parseSegmentName, SEGMENTS_FILE, SUMMARY_FILE } from "@llm-sim/events/run";
import { turns } from "../pace/index.ts";
import { INDEX_FILE } from "../sidecar/index.ts";
import { type FoundRun, lookAt, namesIn } from "./discovery.ts";
import { NextPass } from "./next-pass.ts";
import { SeenFiles } from "./seen-files.ts";

/** What a summary is made of, besides segments; `config.json` is the Python `llm-sim`'s. */
const SUMMARIZED = new Set([
  MANIFEST_FILE,
  SUMMARY_FILE,
  SEGMENTS_FILE,
  LOCK_FILE,
  INDEX_FILE,
  "config.json",
]);

interface Kept {
  directory: string;
  files: SeenFiles;
  /** What it was made from: an index that has been loaded tells more. */
  isLoaded: boolean;
  summary: RunSummary;
}

interface RunListOptions {
  /** `undefined` where it is no run, or has gone. */
  summaryOf: (found: FoundRun) => Promise<RunSummary | undefined>;
  isLoaded: (directory: string) => boolean;
}

/**
 * The runs of an output directory with their summaries, each made once as long as the files that it was made from stay as they are.
 * That is looked at with every question, so that none is answered by what was.
 */
export class RunList {
  readonly #directory: string;
  readonly #options: RunListOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #pass = new NextPass(() => this.#look());
  #listed: readonly RunSummary[] = [];

  constructor(directory: string, options: RunListOptions) {
    this.#directory = directory;
    this.#options = options;
  }

  /** Newest first. */
  all(): Promise<readonly RunSummary[]> {
    return this.#pass.take();
  }

  async #look(): Promise<readonly RunSummary[]> {
    const before = this.#listed;
    // Should this pass fail, the next one takes nothing for unchanged.
    this.#listed = [];
    const found: RunSummary[] = [];
    let isKnown = true;
    const names = namesIn(this.#directory);
    for (const name of names) {
      const known = this.#known(name);
      if (known === undefined) isKnown = false;
      const summary = known ?? (await this.#made(name));
      if (summary !== undefined) found.push(summary);
      if (turns.isDue) await turns.next();
    }
    // Whatever is known was listed before: as many as then are the same.
    if (isKnown && found.length === before.length) {
      this.#listed = before;
      return before;
    }
    this.#forget(new Set(names));
    const there = new Map(found.map((summary) => [summary.id, summary]));
    // Nearly in order already, which is put in order the faster.
    const known = before.flatMap(({ id }) => there.get(id) ?? []);
    if (known.length === before.length && found.length === before.length) {
      const isSame = before.every((summary) => there.get(summary.id) === summary);
      if (isSame) {
        this.#listed = before;
        return before;
      }
    }
    for (const { id } of known) there.delete(id);
    this.#listed = [...known, ...there.values()].toSorted(newestFirst);
    return this.#listed;
  }

  #known(name: string): RunSummary | undefined {
    const kept = this.#kept.get(name);
    return kept !== undefined && this.#isFresh(kept) ? kept.summary : undefined;
  }

  #isFresh({ directory, files, isLoaded }: Kept): boolean {
    return isLoaded === this.#options.isLoaded(directory) && files.isUnchanged();
  }

  async #made(name: string): Promise<RunSummary | undefined> {
    const files = new SeenFiles(join(this.#directory, name));
    const found = lookAt(this.#directory, name);
    if (found === undefined) {
      this.#kept.delete(name);
      return undefined;
    }
    files.add(found.files.filter(isSummarized));
    const summary = await this.#options.summaryOf(found);
    const isLasting =
      files.isSettled && found.isHere && summary !== undefined && summary.status !== "running";
    if (isLasting)
      this.#kept.set(name, {
        directory: found.directory,
        files,
        isLoaded: this.#options.isLoaded(found.directory),
        summary,
      });
    else this.#kept.delete(name);
    return summary;
  }

  #forget(names: ReadonlySet<string>): void {
    for (const name of this.#kept.keys()) if (!names.has(name)) this.#kept.delete(name);
  }
}

function isSummarized(file: string): boolean {
  return SUMMARIZED.has(file) || parseSegmentName(file) !== undefined;
}

/** By when they were started; those that began at one time, by their ids. */
export function newestFirst(a: RunSummary, b: RunSummary): number {
  const [left, right] = [a.start_time ?? "", b.start_time ?? ""];
  if (left !== right) return left > right ? -1 : 1;
  return a.id > b.id ? -1 : 1;
}
