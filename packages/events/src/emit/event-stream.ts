/// <reference lib="esnext.disposable" preserve="true" />
import type { RunLoss } from "../run/index.ts";
import {
  EVENT_TYPES,
  type EventType,
  type MilestoneType,
  type TapeMode,
  type VerbosityLevel,
} from "../schema/index.ts";
import {
  type LineSink,
  lossOf,
  type Outcome,
  placeOfLoss,
  QUEUE_FULL,
  type Unwritten,
} from "../write/index.ts";
import type { Emitter, EmitterCounts } from "./emitter.ts";
import type { CommonFields } from "./fields.ts";
import type { Causes, EventHandle } from "./handle.ts";
import { messageOf, toRecordableObject } from "./recordable.ts";
import { RunningCause } from "./running-cause.ts";
import { Scope, type ScopeRunner } from "./scope.ts";
import { StreamTape } from "./stream-tape.ts";

/** How causes find their effects: by AsyncLocalStorage, or only through the scopes that are passed on. */
export type ScopeMode = "async" | "explicit";

export interface StreamStats extends EmitterCounts {
  /** emitted = written + dropped + suppressed + pending */
  written: number;
  /** Recorded and on its way to the file. */
  pending: number;
  /** Written, newlines included. */
  bytes: number;
  segments: number;
  /** What the disk says, where it will not take the events. */
  last_error?: string | undefined;
}

export interface CloseOptions {
  status?: Outcome["status"] | undefined;
  /** For run.json: what brought the run to its end. */
  endedBy?: Outcome["endedBy"];
  /** For run.json: what was asked of language models. */
  calls?: Outcome["calls"];
  description?: string | undefined;
  details?: object | undefined;
  /** What besides the end of the last turn brought the end about. */
  caused_by?: Causes | undefined;
}

// At the end of a process: how long to wait for room to tell of a loss.
const LAST_WAIT_MS = 2_000;

/** One turn: a scope whose events are caused by its turn_start. */
export class TurnScope extends Scope {
  readonly #stream: EventStream;
  readonly #start: EventHandle;
  #ended: EventHandle | undefined;

  private constructor(stream: EventStream, start: EventHandle) {
    super(stream.emitter, stream.runScope, start);
    this.#stream = stream;
    this.#start = start;
  }

  /** @internal */
  static begunBy(start: EventHandle, stream: EventStream): TurnScope {
    return new TurnScope(stream, start);
  }

  /** Ends the turn: emits `turn_end`, once. */
  end(fields?: CommonFields): EventHandle {
    this.#ended ??= this.#stream.endTurn(this.#start, fields);
    return this.#ended;
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }
}

export interface StreamOptions {
  simulationId: string;
  directory: string | undefined;
  scopes: ScopeMode;
  /** Of earlier sessions. */
  lossBefore?: RunLoss | undefined;
  /** Of all that sessions before dropped, what the log tells of. */
  toldBefore?: number | undefined;
  /** What the tape keeps, and whether there is one already. */
  tape: { mode: TapeMode; bytesBefore: number };
  /** Told at the end of a run that is not whole. */
  onLoss?: ((loss: RunLoss, atExit: boolean) => void) | undefined;
}

/** The stream of one run: a scope whose cause is the surrounding one, and the turns, the end and the counts of the run. */
export class EventStream extends Scope {
  readonly simulationId: string;
  /** The run's directory, where it has one. */
  readonly directory: string | undefined;
  /** The tape of the run's model calls. */
  readonly tape: StreamTape;
  readonly #sink: LineSink;
  readonly #running: RunningCause | undefined;
  readonly #lossBefore: RunLoss | undefined;
  readonly #toldBefore: number;
  readonly #onLoss: (loss: RunLoss, atExit: boolean) => void;
  #unwritten: Unwritten = { tally: undefined, unreported: 0 };
  #openTurn: TurnScope | undefined;
  #closing: Promise<void> | undefined;
  #isClosed = false;
  #hasEnded = false;
  #mishapsTold = 0;
  /** How the host closes it, from the moment it asks for that. */
  #asked: CloseOptions | undefined;
  #awaited: string | (() => string | undefined) | undefined;

  private constructor(emitter: Emitter, sink: LineSink, options: StreamOptions) {
    const running = options.scopes === "async" ? new RunningCause() : undefined;
    const runScope: ScopeRunner = (cause, body) => (running ? running.within(cause, body) : body());
    super(emitter, runScope, undefined);
    this.simulationId = options.simulationId;
    this.directory = options.directory;
    const { simulationId, directory, tape } = options;
    this.tape = StreamTape.over(sink, { simulationId, directory, ...tape });
    this.#sink = sink;
    this.#running = running;
    this.#lossBefore = options.lossBefore;
    this.#toldBefore = options.toldBefore ?? 0;
    this.#onLoss = options.onLoss ?? (() => undefined);
  }

  /** @internal Made by `openEventStream`. */
  static over(emitter: Emitter, sink: LineSink, options: StreamOptions): EventStream {
    return new EventStream(emitter, sink, options);
  }

  override get cause(): EventHandle | undefined {
    return this.#running?.cause ?? this.emitter.openCause;
  }

  get verbosity(): VerbosityLevel {
    return this.emitter.verbosity;
  }

  /** The turn that is open, or was last. */
  get turnNumber(): number {
    return this.emitter.turnNumber;
  }

  /** Whether this verbosity records the kind, where preparing its fields is work. */
  records(kind: EventType): boolean {
    return this.emitter.records(EVENT_TYPES.indexOf(kind));
  }

  /**
   * Whether nothing is on record that what is read could lead to: at MILESTONE, as long as nothing went wrong. Whoever finds
   * causes by noting reads need not until then.
   */
  get isUneventful(): boolean {
    return this.emitter.isUneventful;
  }

  /**
   * Names what the run is waiting for (`the decision of alice in turn 3`), in words or by a function that is asked when it
   * matters; without a value, nothing any more. Where the process ends with the run open, the log's end and a warning say it.
   */
  waitingFor(what?: string | (() => string | undefined)): void {
    this.#awaited = what;
  }

  /** @internal */
  get awaited(): string | undefined {
    try {
      return typeof this.#awaited === "function" ? this.#awaited() : this.#awaited;
    } catch {
      return undefined; // the end of a process is no time for an error of the host's
    }
  }

  /** @internal */
  start(fields: CommonFields): void {
    this.emitter.openCause = this.#milestone("simulation_start", undefined, fields);
  }

  /**
   * Begins turn `turn` (from 1, greater than the last) and ends the one that is open. What is emitted outside any scope is
   * caused by it until the next.
   *
   * @throws RangeError where the turn is no such number, or has begun before: nothing is recorded then
   */
  startTurn(turn: number, fields?: CommonFields): TurnScope {
    if (!Number.isSafeInteger(turn) || turn < 1 || turn <= this.emitter.turnNumber) {
      throw new RangeError(
        `Turn ${turn} of run ${this.simulationId} cannot begin: turns are integers from 1, each greater than the one before; the last was ${this.emitter.turnNumber}.`,
      );
    }
    this.#openTurn?.end();
    this.emitter.setTurn(turn);
    const start = this.#milestone("turn_start", this.emitter.openCause, fields);
    this.emitter.openCause = start;
    this.#openTurn = TurnScope.begunBy(start, this);
    return this.#openTurn;
  }

  /** @internal */
  endTurn(start: EventHandle, fields?: CommonFields): EventHandle {
    if (this.#openTurn?.cause === start) this.#openTurn = undefined;
    const end = this.#milestone("turn_end", start, fields);
    this.emitter.openCause = end;
    return end;
  }

  /**
   * A turn around `body`: turn_start before it, turn_end after it (or after what it returns has resolved), everything
   * inside caused by it. Where `body` throws, a SYSTEM failure `turn_failed` comes before the turn_end.
   */
  turn<T>(turn: number, body: (turn: TurnScope) => Promise<T>): Promise<T>;
  turn<T>(turn: number, body: (turn: TurnScope) => T): T;
  turn(turn: number, body: (turn: TurnScope) => unknown): unknown {
    const scope = this.startTurn(turn);
    const start = scope.cause;
    const failed = (error: unknown) => {
      scope.system("failure", {
        error_type: "turn_failed",
        description: `Turn ${turn} failed: ${messageOf(error)}`,
      });
      scope.end();
      throw error;
    };
    try {
      const result = start ? this.runScope(start, () => body(scope)) : body(scope);
      if (isThenable(result)) {
        return Promise.resolve(result).then((value: unknown) => {
          scope.end();
          return value;
        }, failed);
      }
      scope.end();
      return result;
    } catch (error) {
      return failed(error);
    }
  }

  /** Counts of this run, all its sessions together. */
  stats(): StreamStats {
    const counts = this.emitter.counts();
    const sink = this.#sink.stats();
    return {
      ...counts,
      dropped: counts.dropped + sink.lost,
      written: sink.written,
      pending: counts.emitted - counts.dropped - counts.suppressed - sink.written - sink.lost,
      bytes: sink.bytes,
      segments: sink.segments,
      ...(sink.lastError === undefined ? {} : { last_error: sink.lastError }),
    };
  }

  /** @internal Resolves when the log takes events and has its first lines. */
  started(): Promise<void> {
    return this.#sink.started();
  }

  /** Resolves when all that was emitted, or appended to the tape, is in the file; with `durability: "fsync"`, on the disk. */
  async flush(): Promise<void> {
    if (this.#closing) return this.#closing;
    if (this.tape.unsettled) await this.tape.unsettled;
    const told = this.#mishapsTold;
    await this.#sink.flush();
    this.tellOfMishaps();
    // Maybe it was told of while the flush went on.
    if (told !== this.#mishapsTold) await this.#sink.flush();
    if (this.emitter.hasLoss && this.emitter.reportLoss()) await this.#sink.flush();
  }

  /**
   * @internal Puts on record what has happened to the files that are being written.
   *
   * @returns whether that was anything new
   */
  tellOfMishaps(): boolean {
    const { number, latest } = this.#sink.mishaps();
    const news = number - this.#mishapsTold;
    if (news <= 0 || this.#hasEnded) return false;
    this.#mishapsTold = number;
    for (const mishap of latest.slice(-news)) this.emitter.tellOfMishap(mishap);
    return true;
  }

  /**
   * Emits `simulation_end`, writes what is left, finishes `run.json` and gives up the lock. May be called twice.
   * A disk that takes nothing for 10 seconds ends the attempt: the rest counts as dropped.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#asked ??= options;
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: CloseOptions): Promise<void> {
    if (this.#isClosed) return;
    const status = options.status ?? "completed";
    // Without an entry that waits, the end is emitted at once.
    if (this.tape.unsettled) await this.tape.unsettled;
    if (this.#isClosed) return;
    this.tape.close();
    // A loss is told before the end; for that there has to be room. Else the end is emitted at once: nothing may come before it.
    if (this.emitter.hasLoss || this.#sink.missesFile()) await this.#sink.flush().catch(() => undefined);
    this.#end(status, options);
    await this.#sink.close(this.#outcome(status, options));
    this.#isClosed = true;
    this.#settleLoss(false);
  }

  /**
   * @internal The same at the end of a process, where nothing can be awaited. A close that is under way already decides how.
   *
   * @returns whether nobody had closed it
   */
  closeNow(options: CloseOptions = {}): boolean {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    if (this.#asked) {
      this.#finishNow(this.#asked.status ?? "completed", this.#asked);
      return false;
    }
    this.#finishNow(options.status ?? "interrupted", options);
    return true;
  }

  #finishNow(status: Outcome["status"], options: CloseOptions): void {
    this.tape.closeNow(LAST_WAIT_MS);
    if (this.emitter.hasLoss) this.#sink.waitForRoom(LAST_WAIT_MS);
    if (this.#sink.missesFile()) this.#sink.flushNow(LAST_WAIT_MS);
    this.#end(status, options);
    this.#sink.closeNow(this.#outcome(status, options));
    this.#settleLoss(true);
  }

  /** What of the run is in no segment, all its sessions together, as run.json has it at the end; absent where that is nothing. */
  get loss(): RunLoss | undefined {
    const { tally: emitter, reported } = this.emitter.losses();
    const mishaps = this.#sink.mishaps();
    return lossOf({
      before: this.#lossBefore,
      toldBefore: this.#toldBefore,
      emitter,
      reported,
      unwritten: this.#unwritten,
      lost: mishaps,
      dropped: this.emitter.counts().dropped + this.#sink.stats().lost,
      ...(this.#sink.trouble() ?? placeOfLoss(mishaps) ?? QUEUE_FULL),
    });
  }

  #settleLoss(atExit: boolean): void {
    this.#unwritten = this.#sink.unwritten();
    this.emitter.lose(this.#unwritten);
    const { loss } = this;
    if (loss) this.#onLoss(loss, atExit);
  }

  #end(status: Outcome["status"], options: CloseOptions): void {
    if (this.#hasEnded) return;
    this.tellOfMishaps();
    this.#hasEnded = true;
    this.emitter.reportLoss();
    // A run that came to its end came to the end of its last turn; one that was cut off did not.
    if (status === "completed") this.#openTurn?.end();
    const { text, details } = closingWords(status, options);
    const fields = { description: text, details: { ...details, status }, caused_by: options.caused_by };
    this.#milestone("simulation_end", this.emitter.openCause, fields);
    this.emitter.close();
  }

  #milestone(
    type: MilestoneType,
    cause: EventHandle | undefined,
    fields: CommonFields | undefined,
  ): EventHandle {
    return this.emitter.emit(this.emitter.draft().milestone(type, fields), cause);
  }

  #outcome(status: Outcome["status"], { endedBy, calls }: CloseOptions): Outcome {
    const { emitted, dropped, suppressed } = this.emitter.counts();
    const { tally: loss, reported } = this.emitter.losses();
    const counts = { emitted, dropped, suppressed };
    return { status, endedBy, calls, endTime: this.emitter.now(), ...counts, loss, reported };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The end is recorded whatever the caller says of it: what cannot be read or is of the wrong kind is left out. */
function closingWords(
  status: Outcome["status"],
  options: CloseOptions,
): { text: string | undefined; details: object } {
  const given: unknown = options.description;
  const text =
    typeof given === "string" ? given : status === "completed" ? undefined : `Simulation ${status}`;
  const details = options.details === undefined ? {} : toRecordableObject(options.details, "/details", []);
  return { text, details: typeof details === "object" && details !== null ? details : {} };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
