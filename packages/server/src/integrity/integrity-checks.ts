import type { VerifyReport } from "@llm-sim/events/read";
import { Budget } from "../memory/index.ts";
import { verifyInThread } from "./verify-in-thread.ts";

/** Runs that are verified at the same time; each takes a core and some 30 bytes for each event. */
const THREADS = 2;

interface Check {
  report: Promise<VerifyReport>;
  waiting: number;
  stop: AbortController;
}

/** Verifies runs on demand: who asks for a run that is being verified gets the same report, and what nobody waits for any more is stopped. */
export class IntegrityChecks {
  readonly #threads = new Budget(THREADS);
  readonly #running = new Map<string, Check>();

  async check(runDirectory: string, signal: AbortSignal): Promise<VerifyReport> {
    const check = this.#running.get(runDirectory) ?? this.#start(runDirectory);
    check.waiting++;
    const leave = (): void => {
      if (--check.waiting > 0) return;
      this.#forget(runDirectory, check);
      check.stop.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    return check.report;
  }

  #start(runDirectory: string): Check {
    const stop = new AbortController();
    const check: Check = { report: this.#verify(runDirectory, stop.signal), waiting: 0, stop };
    this.#running.set(runDirectory, check);
    const done = (): void => this.#forget(runDirectory, check);
    check.report.then(done, done);
    return check;
  }

  async #verify(runDirectory: string, signal: AbortSignal): Promise<VerifyReport> {
    const thread = await this.#threads.reserve(1);
    try {
      return await verifyInThread(runDirectory, signal);
    } finally {
      thread.release();
    }
  }

  #forget(runDirectory: string, check: Check): void {
    if (this.#running.get(runDirectory) === check) this.#running.delete(runDirectory);
  }
}
