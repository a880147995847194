import { builtModule } from "@llm-sim/events/built-module";
import { codeOf } from "@llm-sim/events/errors";
import { waitForFiles } from "@llm-sim/store";
import { ApiError } from "../errors/index.ts";
import { IDLE_THREAD, LONGEST_END, MEMORY_OF_THREAD } from "../limits.ts";
import { AnswerWorker, type Errand, ThreadEnded, type ThreadKind } from "./answer-worker.ts";
import type { FinishedAnswer } from "./question.ts";

/** Threads begin one after the other, those of all pools: each takes some 150 descriptors while it loads its modules. */
let beginning: AnswerWorker | undefined;

const MODULE = builtModule("./answer-thread.ts", import.meta.url);

/** A few threads that answer, started when they are needed, kept, and let go when they have had nothing to do for a while. */
export class ThreadPool {
  readonly #outputDir: string;
  readonly #size: number;
  readonly #kind: ThreadKind;
  readonly #threads = new Set<AnswerWorker>();
  readonly #all = new Set<AnswerWorker>();
  readonly #idle = new Map<AnswerWorker, NodeJS.Timeout>();
  /** Questions that were in a thread that crashed are asked again one by one, so that one takes no other with it. */
  #alone: Promise<unknown> = Promise.resolve();

  /** @param odd another module of the threads, and less memory for them, in tests */
  constructor(outputDir: string, size: number, odd: Partial<ThreadKind> = {}) {
    this.#outputDir = outputDir;
    this.#size = size;
    this.#kind = { module: MODULE, memory: MEMORY_OF_THREAD, ...odd };
  }

  /** @throws the signal's reason, ApiError OVERLOADED where the answer takes too much memory, and what the question throws */
  async ask(errand: Errand): Promise<FinishedAnswer> {
    let failed = 0;
    for (;;) {
      errand.signal.throwIfAborted();
      const thread = this.#leastBusy();
      if (thread === undefined) {
        await beginning?.begun;
        continue;
      }
      try {
        return await this.#askOne(thread, errand);
      } catch (error) {
        errand.signal.throwIfAborted();
        if (!(error instanceof ThreadEnded)) throw error;
        if (error.how === "killed") continue;
        if (error.how === "not begun") {
          if (await waitForFiles(error, failed++)) continue;
          throw error;
        }
        if (error.wasAlone) throw told(error);
        return this.#askAlone(errand);
      }
    }
  }

  /** Lets the threads save what is worth it, and ends them. */
  async close(): Promise<void> {
    const threads = [...this.#all];
    for (const thread of threads) thread.end();
    const kill = setTimeout(() => {
      for (const thread of threads) thread.kill();
    }, LONGEST_END);
    await Promise.all(threads.map(({ ended }) => ended));
    clearTimeout(kill);
  }

  async #askOne(thread: AnswerWorker, errand: Errand): Promise<FinishedAnswer> {
    clearTimeout(this.#idle.get(thread));
    try {
      return await thread.ask(errand);
    } finally {
      if (thread.busy === 0 && this.#threads.has(thread))
        this.#idle.set(thread, setTimeout(() => thread.end(), IDLE_THREAD).unref());
    }
  }

  #askAlone(errand: Errand): Promise<FinishedAnswer> {
    const asked = this.#alone.then(async () => {
      for (let failed = 0; ; failed++) {
        errand.signal.throwIfAborted();
        const thread = this.#start();
        try {
          return await thread.ask(errand);
        } catch (error) {
          if (!(error instanceof ThreadEnded) || errand.signal.aborted) throw error;
          if (error.how !== "not begun" || !(await waitForFiles(error, failed))) throw told(error);
        } finally {
          thread.end();
        }
      }
    });
    this.#alone = asked.catch(() => undefined);
    return asked;
  }

  /** `undefined` while one more is to be begun, and another is just beginning. */
  #leastBusy(): AnswerWorker | undefined {
    let least: AnswerWorker | undefined;
    for (const thread of this.#threads) if (least === undefined || thread.busy < least.busy) least = thread;
    if (least !== undefined && (least.busy === 0 || this.#threads.size >= this.#size)) return least;
    if (beginning !== undefined) return undefined;
    const thread = this.#start();
    this.#threads.add(thread);
    return thread;
  }

  #start(): AnswerWorker {
    const thread: AnswerWorker = new AnswerWorker(this.#kind, this.#outputDir, () => {
      this.#threads.delete(thread);
      clearTimeout(this.#idle.get(thread));
      this.#idle.delete(thread);
    });
    this.#all.add(thread);
    beginning ??= thread;
    void thread.begun.then(() => {
      if (beginning === thread) beginning = undefined;
    });
    void thread.ended.then(() => this.#all.delete(thread));
    return thread;
  }
}

/** A thread's end as its client is told of it. */
function told(error: ThreadEnded): unknown {
  if (codeOf(error.cause) !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new ApiError(
    "OVERLOADED",
    "The answer takes more memory than this server gives to one: ask for less of it, as fewer turns or a smaller page.",
  );
}
