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
   * @param module the thread's module, built; it answers with `answerParent`
   * @param threads how many may run at the same time
   */
  constructor(module: URL, threads: Budget) {
    this.#module = module;
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
