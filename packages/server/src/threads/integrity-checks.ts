import { builtModule } from "@llm-sim/events/built-module";
import type { VerifyReport } from "@llm-sim/events/read";
import type { Budget } from "../memory/index.ts";
import { SharedThreads } from "./shared-threads.ts";

/**
 * Verifies runs on demand, in threads: it is all computing, 7 s for a million events and some 30 bytes for each, and other
 * requests would wait 15 ms for each megabyte of it, at times 120 ms.
 */
export class IntegrityChecks {
  readonly #threads: SharedThreads<VerifyReport>;

  constructor(threads: Budget) {
    this.#threads = new SharedThreads(builtModule("./verify-thread.ts", import.meta.url), threads);
  }

  check(runDirectory: string, signal: AbortSignal): Promise<VerifyReport> {
    return this.#threads.ask([runDirectory], signal);
  }
}
