import type { CompareAnswer } from "@llm-sim/store/answers";
import type { Budget } from "../memory/index.ts";
import { SharedThreads } from "../threads/index.ts";

/** Compares runs on demand, in threads. */
export class Comparisons {
  readonly #outputDir: string;
  readonly #threads: SharedThreads<CompareAnswer>;

  /** @param outputDir where the runs lie */
  constructor(outputDir: string, threads: Budget) {
    this.#outputDir = outputDir;
    this.#threads = new SharedThreads(new URL("./worker.ts", import.meta.url), threads);
  }

  /** By ids. Throws SIMULATION_NOT_FOUND. */
  compare(left: string, right: string, signal: AbortSignal): Promise<CompareAnswer> {
    return this.#threads.ask([this.#outputDir, left, right], signal);
  }
}
