import type { CompareAnswer, CompareDifferencesAnswer, compareDifferencesQuerySchema } from "@llm-sim/api";
import { builtModule } from "@llm-sim/events/built-module";
import type { Answered, Parsed } from "@llm-sim/store";
import type { Budget } from "../memory/index.ts";
import { SharedThreads } from "./shared-threads.ts";

/** Compares runs on demand, in threads; the skipped lines of an answer are those of both logs. */
export class Comparisons {
  readonly #outputDir: string;
  readonly #whole: SharedThreads<Answered<CompareAnswer>>;
  readonly #pages: SharedThreads<Answered<CompareDifferencesAnswer>>;

  /** @param outputDir where the runs lie */
  constructor(outputDir: string, threads: Budget) {
    this.#outputDir = outputDir;
    const module = builtModule("./compare-thread.ts", import.meta.url);
    this.#whole = new SharedThreads(module, threads);
    this.#pages = new SharedThreads(module, threads);
  }

  /** By ids. Throws SIMULATION_NOT_FOUND. */
  compare(left: string, right: string, signal: AbortSignal): Promise<Answered<CompareAnswer>> {
    return this.#whole.ask([this.#outputDir, left, right], signal);
  }

  /** A page of the events that differ. Throws SIMULATION_NOT_FOUND, INVALID_ARGUMENT. */
  differences(
    query: Parsed<typeof compareDifferencesQuerySchema>,
    signal: AbortSignal,
  ): Promise<Answered<CompareDifferencesAnswer>> {
    return this.#pages.ask([this.#outputDir, query.left, query.right, JSON.stringify(query)], signal);
  }
}
