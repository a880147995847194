import type { EventHandle } from "@llm-sim/events";
import { codeOf } from "@llm-sim/events/errors";
import type { Attempt, BreakOff, Coordinate } from "@llm-sim/events/tape";
import type { RunStream } from "../run-stream.ts";
import { AskError } from "./ask-error.ts";
import type { OpenQuestions } from "./asker.ts";
import type { Models } from "./models.ts";

/** So many of what was paid for are named as causes of a spent budget; more would be left out by any event. */
const MOST_SPENDING = 5_000;

export interface AskingOptions {
  /** Absent: whoever asks is told what to add. */
  models: Models | undefined;
  stream: Pick<RunStream, "tape">;
  onWarning?: ((message: string) => void) | undefined;
}

/** The questions to models of one run: how they are counted, the tape they go to, and what they cost. */
export class Asking {
  readonly models: Models | undefined;
  readonly #tape: RunStream["tape"];
  readonly #onWarning: (message: string) => void;
  #turn = 0;
  /** How often each actor asked in this turn for each purpose and key. */
  readonly #asked = new Map<string, number>();
  /** Of whom and what for it was said in this turn that questions are told apart by what is in them alone. */
  readonly #toldOf = new Set<string>();
  /** Askers with questions that are open. */
  readonly #open = new Set<OpenQuestions>();
  /** Attempts that were paid for, or refused as there is nothing left to pay with, the latest last. */
  #spending: EventHandle[] = [];
  #isRefused = false;
  /** Why the tape takes no more. */
  #tapeEnded: string | undefined;
  #isOver = false;
  readonly #told = new Set<string>();

  constructor({ models, stream, onWarning = () => undefined }: AskingOptions) {
    this.models = models;
    this.#tape = stream.tape;
    this.#onWarning = onWarning;
  }

  beginTurn(turn: number): void {
    this.#turn = turn;
    if (this.#asked.size === 0) return;
    this.#asked.clear();
    this.#toldOf.clear();
  }

  get turn(): number {
    return this.#turn;
  }

  /**
   * Who would answer.
   *
   * @throws AskError where nobody can be asked
   */
  get answering(): Models {
    if (this.#isOver) throw new AskError("run_over", "The run is over: nothing more is asked in it");
    if (this.#tapeEnded !== undefined)
      throw new AskError("tape_ended", `Nothing is asked any more: ${this.#tapeEnded}`);
    if (this.models) return this.models;
    throw new AskError(
      "LLM_NOT_CONFIGURED",
      "No language model is configured: add an llm block to the config, as in llm: { base_url: http://localhost:11434/v1, model: llama3.1 }",
    );
  }

  /** How often the same was asked before in this turn: by whom, for what, with which key. */
  ordinal(who: string, purpose: string, key: string | undefined): number {
    const what = JSON.stringify([who, purpose, key]);
    const ordinal = this.#asked.get(what) ?? 0;
    this.#asked.set(what, ordinal + 1);
    return ordinal;
  }

  /** Whether it was not said before in this turn: of whom, what for. */
  isNews(who: string, purpose: string): boolean {
    const what = JSON.stringify([who, purpose]);
    const isNews = !this.#toldOf.has(what);
    this.#toldOf.add(what);
    return isNews;
  }

  /**
   * Puts an attempt on the tape.
   *
   * @throws AskError where the tape takes it no more
   */
  async onTape(attempt: Attempt): Promise<void> {
    try {
      await this.#tape?.append(attempt);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (codeOf(error) !== "TAPE_ENDED")
        throw new AskError("tape_refused", `The attempt cannot be kept: ${reason}`, { cause: error });
      if (this.#tapeEnded === undefined) {
        this.#tapeEnded = reason;
        this.#onWarning(
          `${reason} Nothing is asked of models any more; agents go on as they do without an answer.`,
        );
      }
      throw new AskError("tape_ended", `Nothing is asked any more: ${reason}`, { cause: error });
    }
  }

  /** Tells, in one line, of what may not be meant so: once in a run, or once for each thing that is said of it. */
  tell(error_type: string, description: string): void {
    const what = error_type === "ask_order" ? error_type : description;
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#onWarning(description);
  }

  recorded(attempt: Pick<Attempt, "usage" | "broken_off_by" | "coordinate">, event: EventHandle): void {
    if (attempt.broken_off_by === "budget") this.#isRefused = true;
    else if (attempt.usage === undefined) return;
    this.#spending.push(event);
    if (this.#spending.length > 2 * MOST_SPENDING) this.#spending = this.#spending.slice(-MOST_SPENDING);
  }

  /** What was paid for so far, the latest last; `undefined` where not all that was asked is on record. */
  get paidFor(): readonly EventHandle[] | undefined {
    return this.#tapeEnded === undefined && !this.#isRefused ? this.#spending : undefined;
  }

  /** Goes on with what was paid for before. */
  goOn(spending: readonly EventHandle[]): void {
    this.#spending = [...spending];
  }

  /** What the budget went to, the latest first. */
  get spending(): readonly EventHandle[] {
    return this.#spending.toReversed();
  }

  /** Whether the run is to end with this turn, as there is nothing left to pay with. */
  get isSpent(): boolean {
    return this.#isRefused || this.models?.isSpent === true;
  }

  /** Whether somebody was not answered for want of a budget. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  opened(questions: OpenQuestions): void {
    this.#open.add(questions);
  }

  closed(questions: OpenQuestions): void {
    this.#open.delete(questions);
  }

  /** Breaks off whatever is open; resolves when all of it is on record. */
  breakOff(by: BreakOff): Promise<unknown> | undefined {
    if (this.#open.size === 0) return undefined;
    return Promise.all([...this.#open].map((questions) => Promise.resolve(questions.breakOff(by))));
  }

  /** Nothing is asked or recorded any more. */
  end(): void {
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }
}

/** What an attempt is known by, without its number. */
export type CallCoordinate = Omit<Coordinate, "attempt">;
