import { type AsItIs, FilesNeeded, type Store } from "@llm-sim/store";
import { ANSWERED_HERE, LONG_ANSWERS, MEMORY_FOR_LONG_ANSWERS } from "../limits.ts";
import { FairBudget } from "../memory/index.ts";
import { Admission, type LaneBounds } from "./admission.ts";
import type { FinishedAnswer, LaneName, PlainRequest, Question } from "./question.ts";
import { SharedWork } from "./shared-work.ts";
import { ThreadPool } from "./thread-pool.ts";

export interface Asking {
  /** Who asks, by which questions take turns. */
  client: string;
  /** Aborted when the client has gone, or has all of the answer. */
  gone: AbortSignal;
  onPiece?: (piece: Uint8Array<ArrayBuffer>) => void;
}

export interface GateBounds {
  /** Bytes of a log up to which a thread is not worth it. */
  answeredHere?: number;
  lanes?: Record<LaneName, LaneBounds & { threads: number }>;
}

interface Lane {
  admission: Admission;
  threads: ThreadPool;
}

/**
 * The one way to an answer that may take long: it is let in, fairly by client, worked out once for all who ask the same of the same log, in a thread
 * beside the other requests, and stopped when all who asked have gone.
 */
export class Gate {
  readonly #store: Store;
  readonly #answeredHere: number;
  readonly #lanes: Record<LaneName, Lane>;
  readonly #memory = new FairBudget(MEMORY_FOR_LONG_ANSWERS);
  readonly #shared = new Map<string, SharedWork>();

  /** @param bounds others than the server's, in tests */
  constructor(store: Store, { answeredHere = ANSWERED_HERE, lanes = LONG_ANSWERS }: GateBounds = {}) {
    this.#store = store;
    this.#answeredHere = answeredHere;
    const lane = (name: LaneName): Lane => {
      const { threads, ...bounds } = lanes[name];
      return { admission: new Admission(bounds), threads: new ThreadPool(store.directory, threads) };
    };
    this.#lanes = { quick: lane("quick"), thorough: lane("thorough") };
  }

  /** Its bytes are held until `gone`. Throws OVERLOADED, SIMULATION_NOT_FOUND, what the question throws, and the signal's reason. */
  async ask(question: Question, request: PlainRequest, asking: Asking): Promise<FinishedAnswer> {
    const { client, gone, onPiece } = asking;
    const runs: AsItIs[] = [];
    // One after the other: of several that are not there the first is told of.
    for (const id of question.runs(request)) runs.push(await (await this.#store.openRun(id)).asItIs());
    gone.throwIfAborted();
    if (onPiece !== undefined) return this.#begin(question, request, { client, runs, onPiece }).join(gone);
    const same = JSON.stringify([
      question.endpoint.operationId,
      request.params,
      request.query,
      ...runs.map(({ key }) => key),
    ]);
    let work = this.#shared.get(same);
    if (work === undefined || work.isGivenUp) {
      work = this.#begin(question, request, { client, runs, onPiece: () => undefined });
      this.#shared.set(same, work);
      const begun = work;
      const forget = (): void => {
        if (this.#shared.get(same) === begun) this.#shared.delete(same);
      };
      work.over.then(forget, forget);
    }
    return work.join(gone);
  }

  /** Whether a question would be let in or wait. Throws OVERLOADED. */
  requireRoom(question: Question, request: PlainRequest, client: string): void {
    this.#lane(question, request).admission.requireRoom(client);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map(async ({ threads }) => threads.close()));
  }

  #lane(question: Question, request: PlainRequest): Lane {
    const length = question.length(request);
    return this.#lanes[length === "short" ? "quick" : length];
  }

  #begin(
    question: Question,
    request: PlainRequest,
    {
      client,
      runs,
      onPiece,
    }: { client: string; runs: readonly AsItIs[]; onPiece: NonNullable<Asking["onPiece"]> },
  ): SharedWork {
    const { admission, threads } = this.#lane(question, request);
    const size = runs.reduce((sum, { bytes }) => sum + bytes, 0);
    const name = question.endpoint.operationId;
    return new SharedWork(async (signal, hold) => {
      const done = await admission.enter(client, signal);
      try {
        const answer =
          size <= this.#answeredHere
            ? await question.answer(request, { store: this.#store, signal, tell: onPiece })
            : ((await this.#answeredWithoutFiles(question, request, signal, onPiece)) ??
              (await this.#store.holdFiles(
                question.runs(request),
                () => threads.ask({ name, request, signal, onPiece }),
                signal,
              )));
        // Its place is kept until there is room for its bytes: what is worked out is bounded with what is held.
        hold(await this.#memory.reserve(client, answer.body.length));
        return answer;
      } finally {
        done();
      }
    });
  }

  /** Where the runs lie elsewhere, most of the work is done there. `undefined` where it takes their files. */
  async #answeredWithoutFiles(
    question: Question,
    request: PlainRequest,
    signal: AbortSignal,
    onPiece: NonNullable<Asking["onPiece"]>,
  ): Promise<FinishedAnswer | undefined> {
    const { withoutFiles } = this.#store;
    if (withoutFiles === undefined) return undefined;
    let hasTold = false;
    const tell = (piece: Uint8Array<ArrayBuffer>): void => {
      hasTold = true;
      onPiece(piece);
    };
    try {
      return await question.answer(request, { store: withoutFiles, signal, tell });
    } catch (error) {
      // What was told is not told again.
      if (!(error instanceof FilesNeeded) || hasTold) throw error;
      return undefined;
    }
  }
}
