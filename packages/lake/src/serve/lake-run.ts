import type { RunDetails } from "@llm-sim/api";
import { NOTES_FILE, type NotesRead, readNotes } from "@llm-sim/events/notes";
import type { VerifyReport } from "@llm-sim/events/read";
import type { EventCursor, FullRunSummary, ParsedSubscription, StoreOnDisk } from "@llm-sim/store";
import { simulationNotFound } from "@llm-sim/store";
import {
  type Answered,
  type AsItIs,
  type AskedRun,
  AskingRun,
  FilesNeeded,
  fullDetails,
  type RunOnDisk,
  type Soon,
  summarize,
} from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { AskedLake, type AskFiles } from "./asked-lake.ts";
import { TOLD_BESIDE, toldLog, troublesOf, writeTold } from "./log-facts.ts";
import type { RestoredRuns } from "./restored-runs.ts";
import { RunLook } from "./run-look.ts";
import { isSameRun, RunChanged } from "./same-run.ts";
import type { MarkedRun, ShippedRuns } from "./shipped-runs.ts";
import type { WholeRun } from "./whole-run.ts";

/** What a run is asked by. */
export interface LakeParts {
  lake: Lake;
  runs: ShippedRuns;
  restored: RestoredRuns;
  /** Over the restored runs. */
  files: StoreOnDisk;
  closing: AbortSignal;
  /** Milliseconds after which a run that is followed is looked at again. */
  pollInterval: number;
}

/** What changes again and again is asked of its files, which are of one moment. */
const MOST_CHANGES = 3;

/** A run in a lake. What is not asked of the tables is asked of its directory, made again from there. */
export class LakeRun extends AskingRun {
  readonly id: string;
  readonly #parts: LakeParts;
  readonly #look: RunLook;
  readonly #asksFiles: boolean;
  #withoutFiles: LakeRun | undefined;
  #cursors = 0;
  #isPolling = false;

  constructor(id: string, parts: LakeParts, look = new RunLook(parts.lake), asksFiles = true) {
    super(id, parts.closing);
    this.id = id;
    this.#parts = parts;
    this.#look = look;
    this.#asksFiles = asksFiles;
  }

  /** The same run, which throws FilesNeeded instead of asking its files. */
  get withoutFiles(): LakeRun {
    this.#withoutFiles ??= new LakeRun(this.id, this.#parts, this.#look, false);
    return this.#withoutFiles;
  }

  /** Runs `use` while its files are there, as they are now. */
  async holdFiles<T>(use: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#parts.restored.ask(await this.#shipped(), use, signal);
  }

  files(): Promise<string> {
    return this.#restored(async ({ directory }) => directory);
  }

  async asItIs(): Promise<AsItIs> {
    const whole = await this.#look.whole;
    if (whole !== undefined && (await isSameRun(this.#parts.lake, whole)))
      return { key: `${whole.edition} ${whole.version}`, bytes: this.#look.bytes };
    const { mark, bytes } = await this.#shipped();
    return { key: mark, bytes };
  }

  async summary(): Promise<FullRunSummary> {
    const shipped = await this.#shipped();
    const told = await this.#askTold(shipped, async ({ summary }) => summary);
    return told ?? this.#restoredOf(shipped, (run) => run.summary());
  }

  async details(): Promise<RunDetails> {
    const shipped = await this.#shipped();
    const children = await this.#parts.runs.childrenOf(this.id);
    const told = await this.#askTold(shipped, ({ directory, summary, whole }) =>
      fullDetails(this, {
        directory,
        summary,
        children,
        troubles: () => troublesOf(this.#parts.lake, whole),
      }),
    );
    return told ?? { ...(await this.#restoredOf(shipped, (run) => run.details())), children };
  }

  async notes(): Promise<NotesRead> {
    const { id } = await this.#shipped();
    return this.#parts.restored.askBeside(id, [NOTES_FILE], async (directory) => readNotes(directory));
  }

  integrity(options?: { signal?: AbortSignal }): Promise<VerifyReport> {
    return this.#restored((run) => run.integrity(options));
  }

  async ask<Answer>(question: (asked: AskedRun) => Soon<Answer>): Promise<Answered<Answer>> {
    for (let changes = 0; ; ) {
      const whole = await this.#look.whole;
      if (whole === undefined) {
        const shipped = await this.#shipped();
        if (changes < MOST_CHANGES && (await this.#look.through(shipped)) !== undefined) continue;
        return this.#restoredOf(shipped, (run) =>
          run.ask((asked) => question(new AskedLake(this.#parts.lake, undefined, async (ask) => ask(asked)))),
        );
      }
      try {
        const answer = await question(new AskedLake(this.#parts.lake, whole, this.#askFiles));
        return { answer, skipped: 0 };
      } catch (error) {
        if (!(error instanceof RunChanged)) throw error;
        changes++;
        this.#look.forget();
      }
    }
  }

  async cursor(subscription: ParsedSubscription, onMore: () => void): Promise<EventCursor> {
    const cursor = await this.#restored((run) => run.cursor(subscription, onMore));
    this.#cursors++;
    if (!this.#isPolling) void this.#poll();
    let isClosed = false;
    return {
      take: () => cursor.take(),
      get isOver() {
        return cursor.isOver;
      },
      close: () => {
        if (!isClosed) this.#cursors--;
        isClosed = true;
        cursor.close();
      },
    };
  }

  /** Keeps the directory up to the lake while somebody follows it. */
  async #poll(): Promise<void> {
    this.#isPolling = true;
    const { closing, pollInterval } = this.#parts;
    while (this.#cursors > 0 && !closing.aborted) {
      await new Promise((resolve) => setTimeout(resolve, pollInterval).unref());
      // A lake that is away for a while: the next time.
      if (!closing.aborted) await this.#restored(async () => undefined).catch(() => undefined);
    }
    this.#isPolling = false;
  }

  async #shipped(): Promise<MarkedRun> {
    const found = await this.#parts.runs.one(this.id);
    if (found === undefined) throw simulationNotFound(this.id, await this.#parts.runs.ids());
    return found;
  }

  readonly #askFiles: AskFiles = async (ask) => (await this.#restored((run) => run.ask(ask))).answer;

  /**
   * Asks what is told of the run beside its log: the tables say what that comes to.
   *
   * @returns `undefined` where they do not
   */
  async #askTold<T>(
    shipped: MarkedRun,
    ask: (told: { directory: string; summary: FullRunSummary; whole: WholeRun }) => Promise<T>,
  ): Promise<T | undefined> {
    const { lake, restored } = this.#parts;
    const whole = await this.#look.through(shipped);
    if (whole === undefined) return undefined;
    try {
      const log = await toldLog(lake, whole);
      return await restored.askBeside(this.id, TOLD_BESIDE, async (directory) => {
        await writeTold(directory, log);
        return ask({ directory, summary: summarize(this.id, directory, log.facts), whole });
      });
    } catch (error) {
      if (!(error instanceof RunChanged)) throw error;
      this.#look.forget();
      return undefined;
    }
  }

  async #restored<T>(ask: (run: RunOnDisk) => Promise<T>): Promise<T> {
    if (!this.#asksFiles) throw new FilesNeeded(this.id);
    return this.#restoredOf(await this.#shipped(), ask);
  }

  async #restoredOf<T>(shipped: MarkedRun, ask: (run: RunOnDisk) => Promise<T>): Promise<T> {
    if (!this.#asksFiles) throw new FilesNeeded(this.id);
    const { restored, files } = this.#parts;
    return restored.ask(shipped, async () => ask(await files.openRun(this.id)));
  }
}
