import type { CompareAnswer } from "@llm-sim/api";
import { builtModule } from "@llm-sim/events/built-module";
import type { Answered } from "@llm-sim/store";
import type { Budget } from "../memory/index.ts";
import { SharedThreads } from "./shared-threads.ts";

/** Compares runs on demand, in threads. */
export class Comparisons {
  readonly #outputDir: string;
  readonly #threads: SharedThreads<Answered<CompareAnswer>>;

  /** @param outputDir where the runs lie */
  constructor(outputDir: string, threads: Budget) {
    this.#outputDir = outputDir;
    this.#threads = new SharedThreads(builtModule("./compare-thread.ts", import.meta.url), threads);
  }

  /** By ids; the skipped lines are those of both logs. Throws SIMULATION_NOT_FOUND. */
  compare(left: string, right: string, signal: AbortSignal): Promise<Answered<CompareAnswer>> {
    return this.#threads.ask([this.#outputDir, left, right], signal);
  }
}
