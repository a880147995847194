import { Worker } from "node:worker_threads";
import { receivedError } from "@llm-sim/events/errors";
import { LONGEST_STOP } from "../limits.ts";
import type { FromThread, ToThread } from "./messages.ts";
import type { FinishedAnswer, PlainRequest } from "./question.ts";

/** A question on its way into a thread. */
export interface Errand {
  name: string;
  request: PlainRequest;
  /** Aborted when nobody waits for it any more. */
  signal: AbortSignal;
  onPiece: (piece: Uint8Array<ArrayBuffer>) => void;
}

type EndOfThread = "killed" | "crashed" | "not begun";

/**
 * The thread ended before it had answered: `killed` on account of another question that did not stop, `crashed`, or it has not
 * `begun`, as what it runs could not be loaded.
 */
export class ThreadEnded extends Error {
  override readonly name = "ThreadEnded";
  readonly how: EndOfThread;
  /** Whether the question was the only one that it was working on. */
  readonly wasAlone: boolean;

  constructor(how: EndOfThread, wasAlone: boolean, cause?: unknown) {
    super(`The thread was ${how} before it had answered.`, { cause });
    this.how = how;
    this.wasAlone = wasAlone;
  }
}

interface Asked {
  resolve: (answer: FinishedAnswer) => void;
  reject: (reason: unknown) => void;
  onPiece: Errand["onPiece"];
}

export interface ThreadKind {
  /** Built. */
  module: URL;
  /** Megabytes of objects that it may hold. */
  memory: number;
}

/** One thread that answers questions, several at a time, from its host's side. */
export class AnswerWorker {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  readonly #onEnd: () => void;
  #lastId = 0;
  /** Messages that came: whether it still takes its turns. */
  #heard = 0;
  #wasKilled = false;
  #trouble: unknown;
  /** Its first message, or its end. */
  readonly begun: Promise<void>;
  readonly ended: Promise<void>;

  /** @param onEnd called once it takes no more questions */
  constructor({ module, memory }: ThreadKind, outputDir: string, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#worker = new Worker(module, {
      workerData: { outputDir },
      name: "llm-sim answers",
      // What the host was started with (`--input-type`, loaders) is not for this module.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    this.#worker.on("message", (message: FromThread) => this.#take(message));
    this.#worker.on("error", (error) => {
      this.#trouble = error;
    });
    this.begun = new Promise((resolve) => {
      this.#worker.once("message", () => resolve());
      this.#worker.once("exit", () => resolve());
    });
    this.ended = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#end();
        resolve();
      });
    });
  }

  /** Questions that it is working on. */
  get busy(): number {
    return this.#asked.size;
  }

  /** @throws ThreadEnded, the signal's reason, and what the question throws */
  ask({ name, request, signal, onPiece }: Errand): Promise<FinishedAnswer> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const leave = (): void => this.#leave(id);
      const over = (): void => signal.removeEventListener("abort", leave);
      this.#asked.set(id, {
        resolve: (answer) => {
          over();
          resolve(answer);
        },
        reject: (reason) => {
          over();
          reject(reason);
        },
        onPiece,
      });
      this.#send({ kind: "question", id, name, request });
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
    });
  }

  /** Lets it end its work and save what is worth it. */
  end(): void {
    this.#onEnd();
    this.#send({ kind: "end" });
  }

  kill(): void {
    this.#wasKilled = true;
    this.#onEnd();
    void this.#worker.terminate();
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #leave(id: number): void {
    const before = this.#heard;
    this.#send({ kind: "leave", id });
    setTimeout(() => {
      if (!this.#asked.has(id)) return;
      if (this.#heard === before) this.kill();
      // What came may have been sent before it was told to leave.
      else this.#leave(id);
    }, LONGEST_STOP).unref();
  }

  #take(message: FromThread): void {
    this.#heard++;
    if (message.kind === "here") return;
    const asked = this.#asked.get(message.id);
    if (asked === undefined) return;
    if (message.kind === "piece") {
      asked.onPiece(message.piece);
      return;
    }
    this.#asked.delete(message.id);
    if (message.kind === "answer") asked.resolve(message.answer);
    else asked.reject(receivedError(message.error));
  }

  #end(): void {
    this.#onEnd();
    const wasAlone = this.#asked.size === 1;
    const how = this.#wasKilled ? "killed" : this.#heard === 0 ? "not begun" : "crashed";
    for (const { reject } of this.#asked.values()) reject(new ThreadEnded(how, wasAlone, this.#trouble));
    this.#asked.clear();
  }
}
