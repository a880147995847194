import { createHash } from "node:crypto";
import type { EventHandle } from "@llm-sim/events";
import type { Attempt } from "@llm-sim/events/tape";
import { type Actor, actorText, type BreakOff } from "@llm-sim/events/tape/schema";
import type { EmitScope } from "../run-stream.ts";
import { AskError, isAskError } from "./ask-error.ts";
import type { Asking, CallCoordinate } from "./asking.ts";
import { BrokenOff } from "./broken-off.ts";
import type { AttemptReport, Call, WarnOptions } from "./models.ts";
import type { Question, Reply } from "./question.ts";
import { readQuestion } from "./read-question.ts";

/** What is broken off is to be on record after so long; who answers for a model and does not let go is not waited for. */
const GRACE_MS = 2_000;

/** Who asks. */
export interface AskerOptions {
  asking: Asking;
  actor: Actor;
  /** Whom the attempts concern. */
  subject?: string | undefined;
  scope: EmitScope;
  /** What was read so far, and whatever else what is asked now rests on. */
  causes: () => readonly EventHandle[];
  /** From here on, what the asker does rests on this attempt as well. */
  learn: (attempt: EventHandle) => void;
  /** An attempt came to nothing. */
  onFailure?: ((report: AttemptReport) => void) | undefined;
  /** Answers come from a tape on which this was broken off so. */
  onBrokenOff?: ((by: BreakOff) => unknown) | undefined;
}

/** One who asks has questions open. */
export interface OpenQuestions {
  breakOff(by: BreakOff): Promise<void> | undefined;
}

/** One part in a run that may ask: a decision, a hook, a validation. */
export class Asker implements OpenQuestions {
  readonly #options: AskerOptions;
  readonly #open = new Set<OpenCall>();
  #closedBy: string | undefined;
  /** Attempts are put on record one after the other, and the next only when the asker has gone on with what came of the one before. */
  #gate: Promise<void> = Promise.resolve();

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** Whether questions are open. */
  get isWaiting(): boolean {
    return this.#open.size > 0;
  }

  /** The promise need not be awaited: what comes of it is on record. */
  ask<T>(given: Question<T>): Promise<Reply<T>> {
    const reply = this.#ask(given);
    reply.catch(() => undefined);
    return reply;
  }

  async #ask<T>(given: Question<T>): Promise<Reply<T>> {
    const { asking, actor, causes, learn } = this.#options;
    if (this.#closedBy !== undefined) throw new AskError("over", this.#closedBy);
    const models = asking.answering;
    const question = readQuestion(given);
    const { purpose, key } = question;
    const coordinate = {
      actor,
      turn: asking.turn,
      purpose,
      ...(key !== undefined && { key }),
      ordinal: asking.ordinal(actorText(actor), purpose, key),
    };
    const call = new OpenCall(coordinate, [...causes()], this);
    this.#tellOfOrder(call);
    this.#open.add(call);
    asking.opened(this);
    try {
      return await call.unlessGivenUp(models.ask(question, call));
    } finally {
      if (call.latest) learn(call.latest);
      this.#open.delete(call);
      if (this.#open.size === 0) asking.closed(this);
    }
  }

  /** What is open without a key is told apart by the request alone, should it be asked again. */
  #tellOfOrder({ coordinate, causes }: OpenCall): void {
    const { actor, purpose, key } = coordinate;
    if (key !== undefined) return;
    const isAlone = ![...this.#open].some(
      ({ coordinate: other }) => other.purpose === purpose && other.key === undefined,
    );
    if (isAlone || !this.#options.asking.isNews(actorText(actor), purpose)) return;
    this.warn(
      "ask_order",
      `${nameOf(actor)} asks for ${JSON.stringify(purpose)} several times at once: give each a key, by which its answer is found again on the tape`,
      { purpose },
      { caused_by: causes },
    );
  }

  warn(
    error_type: string,
    description: string,
    details: object,
    { caused_by, isQuiet = false }: WarnOptions & { caused_by: readonly EventHandle[] },
  ): void {
    const { asking, scope, subject } = this.#options;
    scope.system("warning", { error_type, subject_agent_id: subject, description, details, caused_by });
    if (!isQuiet) asking.tell(error_type, description);
  }

  /** @internal */
  async record(call: OpenCall, attempt: Attempt, report: AttemptReport): Promise<EventHandle> {
    const { asking } = this.#options;
    const leave = await this.#enter();
    try {
      try {
        await asking.onTape(attempt);
      } catch (error) {
        // It was made, and paid for: the log says so, where it can.
        if (isAskError(error) && !call.isGivenUp)
          this.#emit(call, attempt, { ...report, status: "failure", error_type: error.code });
        throw error;
      }
      if (call.isGivenUp) throw new AskError("over", "What asked is over: nothing more is recorded of it");
      const event = this.#emit(call, attempt, report);
      asking.recorded(attempt, event);
      if (report.status === "failure") this.#options.onFailure?.(report);
      const { broken_off_by } = attempt;
      if (broken_off_by && !call.signal.aborted) this.#options.onBrokenOff?.(broken_off_by);
      return event;
    } finally {
      // An attempt that is not the last is nothing that the asker hears of.
      if (report.status === "retry") leave();
      else setImmediate(leave);
    }
  }

  async #enter(): Promise<() => void> {
    const before = this.#gate;
    let leave = (): void => undefined;
    this.#gate = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }

  #emit(
    call: OpenCall,
    attempt: Attempt,
    { status, error_type, description, details }: AttemptReport,
  ): EventHandle {
    const { scope, subject, asking } = this.#options;
    const { latest } = call;
    const { text } = attempt;
    const fields = {
      error_type,
      retry_count: attempt.coordinate.attempt - 1,
      subject_agent_id: subject,
      description,
      // Of two runs in which a model said different things, this is where they differ.
      details: text === undefined ? details : { ...details, answer_hash: hashOf(text) },
    };
    // What is refused for want of a budget rests on whatever that went to.
    const spent = attempt.broken_off_by === "budget" ? asking.spending : [];
    call.latest = latest
      ? scope.because(latest, (inside) =>
          inside.system(status, spent.length > 0 ? { ...fields, caused_by: spent } : fields),
        )
      : scope.system(status, { ...fields, caused_by: [...call.causes, ...spent] });
    return call.latest;
  }

  /**
   * Whoever asks is over, or has to be: nothing more can be asked.
   *
   * @param why said to who tries
   */
  close(why: string): void {
    this.#closedBy ??= why;
  }

  /** Breaks off what is open; resolves when it is on record. */
  breakOff(by: BreakOff): Promise<void> | undefined {
    if (this.#open.size === 0) return undefined;
    return Promise.all([...this.#open].map((call) => call.breakOff(by))).then(() => undefined);
  }
}

function hashOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function nameOf({ type, agent_id = "" }: Actor): string {
  if (type === "agent") return agent_id;
  return type === "engine" ? "The engine" : `The validator, of ${agent_id},`;
}

/** A question that is open. */
class OpenCall implements Call {
  readonly coordinate: CallCoordinate;
  readonly causes: readonly EventHandle[];
  readonly #asker: Asker;
  readonly #controller = new AbortController();
  /** The last attempt that is on record. */
  latest: EventHandle | undefined;
  #recording: Promise<unknown> | undefined;
  #settled: Promise<unknown> = Promise.resolve();
  #giveUp: ((reason: AskError) => void) | undefined;
  isGivenUp = false;

  constructor(coordinate: CallCoordinate, causes: readonly EventHandle[], asker: Asker) {
    this.coordinate = coordinate;
    this.causes = causes;
    this.#asker = asker;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async record(attempt: Attempt, report: AttemptReport): Promise<EventHandle> {
    const recording = this.#asker.record(this, attempt, report);
    this.#recording = recording;
    return await recording;
  }

  warn(error_type: string, description: string, details: object, options?: WarnOptions): void {
    if (this.isGivenUp) return;
    const caused_by = this.latest ? [this.latest] : this.causes;
    this.#asker.warn(error_type, description, details, { ...options, caused_by });
  }

  unlessGivenUp<T>(reply: Promise<T>): Promise<T> {
    const answered = new Promise<T>((resolve, reject) => {
      this.#giveUp = reject;
      reply.then(resolve, reject);
    });
    this.#settled = answered.catch(() => undefined);
    return answered;
  }

  async breakOff(by: BreakOff): Promise<void> {
    const reason = new BrokenOff(by);
    this.#controller.abort(reason);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE_MS);
    });
    await Promise.race([this.#settled, patience]);
    clearTimeout(timer);
    // The tape may have to wait for room, and says itself when it has waited long enough.
    await this.#recording?.catch(() => undefined);
    this.isGivenUp = true;
    this.#giveUp?.(new AskError(by, reason.message));
    await this.#settled;
  }
}
