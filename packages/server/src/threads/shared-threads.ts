import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Budget } from "../memory/index.ts";
import { askThread } from "./ask-thread.ts";

interface Work<Answer> {
  answer: Promise<Answer>;
  waiting: number;
  stop: AbortController;
}

/**
 * Answers that take seconds of computing, each worked out in a thread beside the other requests. Who asks for what is being
 * worked out gets the same answer; what nobody waits for any more is stopped.
 */
export class SharedThreads<Answer> {
  readonly #module: URL;
  readonly #threads: Budget;
  readonly #running = new Map<string, Work<Answer>>();

  /**
   * @param module the thread's module, in TypeScript; it answers with `answerParent`
   * @param threads how many may run at the same time
   */
  constructor(module: URL, threads: Budget) {
    this.#module = builtModule(module);
    this.#threads = threads;
  }

  /** @param question what the module gets; equal ones are asked once */
  async ask(question: readonly string[], signal: AbortSignal): Promise<Answer> {
    const key = JSON.stringify(question);
    const work = this.#running.get(key) ?? this.#start(key, question);
    work.waiting++;
    const leave = (): void => {
      if (--work.waiting > 0) return;
      this.#forget(key, work);
      work.stop.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    return work.answer;
  }

  #start(key: string, question: readonly string[]): Work<Answer> {
    const stop = new AbortController();
    const work: Work<Answer> = { answer: this.#workOut(question, stop.signal), waiting: 0, stop };
    this.#running.set(key, work);
    const done = (): void => this.#forget(key, work);
    work.answer.then(done, done);
    return work;
  }

  async #workOut(question: readonly string[], signal: AbortSignal): Promise<Answer> {
    const thread = await this.#threads.reserve(1);
    try {
      return await askThread(this.#module, question, signal);
    } finally {
      thread.release();
    }
  }

  #forget(key: string, work: Work<Answer>): void {
    if (this.#running.get(key) === work) this.#running.delete(key);
  }
}

const SOURCE = new URL("../", import.meta.url);

/** A thread does not read TypeScript: where this runs from source, as in tests, the built module is taken. */
function builtModule(module: URL): URL {
  const beside = new URL(module.href.replace(/\.ts$/, ".js"));
  if (existsSync(fileURLToPath(beside))) return beside;
  return new URL(beside.href.slice(SOURCE.href.length), new URL("../dist/", SOURCE));
}
