import type { EventHandle } from "@llm-sim/events";
import type { BreakOff } from "@llm-sim/events/tape";
import {
  type Agent,
  type AgentContext,
  type OpenMemory,
  type ReceivedDecision,
  receiveDecision,
  remembersUnseen,
  type WrittenMemory,
} from "../agent/index.ts";
import { type Answer, isThenable, placeText, sourcePlace } from "../answer/index.ts";
import { Asker, type Asking, isAskError, type Question, type Reply } from "../asking/index.ts";
import type { EngineInside, Shown } from "../engine/index.ts";
import { decidedInstead, type OpenIntervention, recordOf } from "../intervene/index.ts";
import { copyOf, observationOf, type Reads } from "../observation/index.ts";
import type { RunningAgent } from "../roster/index.ts";
import type { EmitScope } from "../run-stream.ts";
import type { AlongLog } from "./along-log.ts";
import type { DecideTimeout } from "./decide-timeout.ts";
import { messageOf } from "./run-error.ts";
import type { Troubles } from "./troubles.ts";

export interface DecisionTurn {
  turn: number;
  turns: number;
  scope: EmitScope;
  engine: EngineInside;
  asking: Asking;
  signal: AbortSignal;
  /** How long a `decide` may take. */
  timeout: DecideTimeout | undefined;
  /** The log that the run is played along, which knows whose time was up. */
  log?: AlongLog | undefined;
  /** Absolute: what files of the author's are named relative to. */
  base: string;
  troubles: Troubles;
  /** What is made otherwise in this turn. */
  intervention: OpenIntervention | undefined;
}

/** What an agent decided, and the event of it. */
export interface RecordedDecision {
  handle: EventHandle;
  actions: ReceivedDecision["actions"];
}

/** One agent on its way to a decision. */
export class PendingDecision {
  readonly #running: RunningAgent;
  readonly #id: string;
  readonly #base: string;
  readonly #troubles: Troubles;
  readonly #scope: EmitScope;
  readonly #reads: Reads | undefined;
  readonly #observation: unknown;
  readonly #context: AgentContext;
  readonly #memory: OpenMemory;
  /** What the agent recorded on its way: causes of the decision as well. */
  readonly #steps: EventHandle[] = [];
  readonly #interrupted: AbortSignal;
  readonly #timeout: DecideTimeout | undefined;
  readonly #log: AlongLog | undefined;
  readonly #asking: Asking;
  /** Made once the agent asks. */
  #asker: Asker | undefined;
  readonly #intervention: OpenIntervention | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Its time is up, whatever the agent does. */
  #endEarly: (() => void) | undefined;
  /** Aborts when its time is up, or when the run is interrupted; where there is no limit, the run's signal does. */
  readonly #controller: AbortController | undefined;
  /** What it comes to is settled, though what it asked may not be on record yet. */
  #isSettled = false;
  #isOver = false;

  constructor(
    running: RunningAgent,
    { turn, turns, scope, engine, asking, signal, timeout, log, base, troubles, intervention }: DecisionTurn,
    { shown, reads }: Shown,
  ) {
    const { id, random } = running;
    this.#running = running;
    this.#id = id;
    this.#base = base;
    this.#troubles = troubles;
    this.#scope = scope;
    this.#asking = asking;
    this.#interrupted = signal;
    this.#timeout = timeout;
    this.#intervention = intervention;
    this.#log = log;
    if (timeout) this.#controller = new AbortController();
    this.#reads = reads;
    this.#observation = observationOf(shown, reads);
    if (running.standing) this.#steps.push(running.standing);
    if (running.failed) this.#steps.push(running.failed);
    const { decided } = running;
    if (decided?.handle && remembersUnseen(running.memoryKind)) this.#steps.push(decided.handle);
    this.#memory = running.memory.open(reads);
    this.#context = {
      agent_id: id,
      turn,
      turns,
      actions: engine.offered,
      memory: this.#memory.proxy,
      // Of its own: what an agent still draws when its decision is over must not change what it draws for the next.
      random: random.from(random.stream(`agent ${id}`, turn)),
      signal: this.#controller?.signal ?? signal,
      copy: copyOf,
      ask: (question) => this.#ask(question),
      detail: (calculation, values, fields) =>
        this.#step((open, caused_by) =>
          open.detail(calculation, values, { agent_id: id, ...fields, caused_by }),
        ),
      system: (status, fields) => {
        if (status === "failure") troubles.noted(id, fields?.error_type ?? status, fields?.description ?? "");
        return this.#step((open, caused_by) =>
          open.system(status, { subject_agent_id: id, ...fields, caused_by }),
        );
      },
    };
  }

  ask(): Answer<RecordedDecision | undefined> {
    const running = this.#running;
    if (this.#intervention && this.#isLeftOut(this.#intervention)) return undefined;
    const { agent } = running;
    const decide = (): unknown => agent.decide(this.#observation, this.#context);
    running.waits ??= decidesAsync(agent);
    const begun = this.#timeout && performance.now();
    try {
      const returned = this.#reads ? this.#reads.decide(decide, running.waits) : decide();
      const left = begun === undefined ? Number.POSITIVE_INFINITY : this.#timeLeft(begun);
      const late = this.#log?.timesOut(this.#id);
      if (isThenable(returned)) {
        running.waits = true;
        return late ? this.#until(late, returned) : this.#inTime(returned, left);
      }
      return late || left < 0 ? this.#timeOut() : this.#receive(returned);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** In milliseconds; below 0 where it took too long. */
  #timeLeft(begun: number): number {
    if (this.#asking.models?.isPlaying) return Number.POSITIVE_INFINITY;
    return (this.#timeout?.milliseconds ?? Number.POSITIVE_INFINITY) - (performance.now() - begun);
  }

  /** What the promise of `decide` comes to, as long as there is time. What comes later counts no more. */
  #inTime(returned: PromiseLike<unknown>, left: number): Answer<RecordedDecision | undefined> {
    const answer = this.#answerIn(returned);
    // What is on a tape may end it, too.
    if (left === Number.POSITIVE_INFINITY && !this.#asking.models) return answer;
    if (left < 0) return this.#timeOut();
    return new Promise((resolve, reject) => {
      this.#endEarly = () => resolve(this.#timeOut());
      if (left !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(this.#endEarly, left);
      answer.then(resolve, reject);
    });
  }

  /** What it comes to in a run that is played again, where its time was up then. */
  #until(late: Promise<void>, returned: PromiseLike<unknown>): Answer<RecordedDecision | undefined> {
    return Promise.race([late.then(() => this.#timeOut()), this.#answerIn(returned)]);
  }

  #answerIn(returned: PromiseLike<unknown>): Promise<RecordedDecision | undefined> {
    return Promise.resolve(returned).then(
      (decision) => this.#receive(decision),
      (error: unknown) => this.#fail(error),
    );
  }

  /** The run is interrupted: nobody waits for it any more. */
  interrupt(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort(this.#interrupted.reason);
  }

  #ask<T>(question: Question<T>): Promise<Reply<T>> {
    this.#asker ??= new Asker({
      asking: this.#asking,
      actor: { type: "agent", agent_id: this.#id },
      subject: this.#id,
      scope: this.#scope,
      causes: () => this.#causes(),
      learn: (attempt) => this.#steps.push(attempt),
      onFailure: ({ error_type = "failure", description }) =>
        this.#troubles.unanswered(this.#id, error_type, description),
      onBrokenOff: (by) => by === "decide_timeout" && this.#endEarly?.(),
    });
    if (this.#isTooLate) this.#asker.close(`${this.#id} can ask nothing more: its decision is over`);
    return this.#asker.ask(question);
  }

  /** Goes on once it is on record what the agent asked and waits for no longer; at once where there is no such thing. */
  #afterAsking<T>(by: BreakOff, next: () => T): Answer<T | undefined> {
    const broken = this.#asker?.breakOff(by);
    if (!broken) return next();
    this.#isSettled = true;
    clearTimeout(this.#timer);
    return broken.then(() => (this.#interrupted.aborted ? undefined : next()));
  }

  #timeOut(): Answer<RecordedDecision | undefined> {
    if (this.#isTooLate) return;
    return this.#afterAsking("decide_timeout", () => this.#recordTimeout());
  }

  #recordTimeout(): RecordedDecision | undefined {
    const limit = this.#timeout?.text;
    const error = `decide took longer than ${limit}`;
    if (this.#running.hasGone) return this.#drop({ error });
    const details = { error, decide_timeout: limit };
    const text = `${this.#id} did not decide in time: ${error} (simulation.decide_timeout)`;
    const failed = this.#failure("decide_timeout", error, text, details);
    this.#controller?.abort(new DOMException(error, "TimeoutError"));
    return this.#insteadOf(failed);
  }

  #receive(returned: unknown): Answer<RecordedDecision | undefined> {
    if (this.#isTooLate) return undefined;
    return this.#afterAsking("unawaited", () => this.#recordDecision(returned));
  }

  #recordDecision(returned: unknown): RecordedDecision | undefined {
    try {
      // What it returns may hold pieces of the observation, which are read when it is taken.
      const received = this.#reading(() => receiveDecision(this.#id, returned));
      if (this.#running.hasGone) return this.#drop({ decision_type: received.decision.decision_type });
      const written = this.#memory.written();
      const said = { ...written, ...this.#remembered, ...this.#observed };
      const instead = this.#intervention?.takeDecision(this.#id);
      if (!instead) return this.#decided(received, written, said, this.#end());
      const decided = decidedInstead(this.#id, instead.decision, received.decision);
      const causes = [...this.#end(), instead.cause];
      return this.#decided(decided, written, { ...said, intervention: recordOf(received) }, causes);
    } catch (error) {
      return this.#isOver ? undefined : this.#recordFailure(error);
    }
  }

  /** @param said what the simulation says of the decision */
  #decided(
    { decision, actions }: ReceivedDecision,
    written: WrittenMemory,
    said: object,
    caused_by: readonly EventHandle[],
  ): RecordedDecision {
    const { decision_type, old_value, new_value, description } = decision;
    const details = { ...decision.details, ...said };
    const handle = this.#scope.decision(this.#id, decision_type, {
      old_value,
      new_value,
      description,
      details: Object.keys(details).length > 0 ? details : undefined,
      caused_by,
    });
    this.#memory.close(written, handle);
    this.#running.decided = { handle, turn: this.#context.turn };
    this.#running.failed = undefined;
    this.#troubles.decided(this.#id, actions.length);
    return { handle, actions };
  }

  /** What it decides where it failed, and another decision was given for it. */
  #insteadOf(failed: EventHandle): RecordedDecision | undefined {
    const instead = this.#intervention?.takeDecision(this.#id);
    if (!instead) return undefined;
    const decided = decidedInstead(this.#id, instead.decision, undefined);
    return this.#decided(decided, {}, { intervention: { failed: true } }, [failed, instead.cause]);
  }

  /** Where its decision is left out, it is not asked, and sits the turn out. */
  #isLeftOut(intervention: OpenIntervention): boolean {
    const candidate = { event_type: "DECISION", agent_id: this.#id } as const;
    const leftOut = intervention.next(candidate);
    intervention.cameUp(candidate);
    if (!leftOut) return false;
    this.#running.failed = intervention.leaveOut(leftOut, this.#scope, { caused_by: this.#end() });
    return true;
  }

  #reading<T>(body: () => T): T {
    return this.#reads ? this.#reads.receiving(body) : body();
  }

  /** What the agent saw with noise, as it saw it: nobody else would know. */
  get #observed(): { observed: object } | undefined {
    const observed = this.#reads?.observed;
    return observed === undefined || observed.length === 0 ? undefined : { observed };
  }

  /** What an event of the agent's says of its memory: that it may rest on the decision before, unseen. */
  get #remembered(): { remembered: { turn: number } } | undefined {
    const { memoryKind, decided } = this.#running;
    if (!decided || !remembersUnseen(memoryKind)) return undefined;
    return { remembered: { turn: decided.turn } };
  }

  #fail(error: unknown): Answer<RecordedDecision | undefined> {
    if (this.#isTooLate) return;
    return this.#afterAsking("unawaited", () => this.#recordFailure(error));
  }

  #recordFailure(error: unknown): RecordedDecision | undefined {
    const reason = `${messageOf(error)}${hintOn(error)}`;
    if (this.#running.hasGone) return this.#drop({ error: reason });
    const place = sourcePlace(error, this.#base);
    const text = `${reason}${placeText(place)}`;
    const details = { error: reason, ...(place && { at: place }) };
    return this.#insteadOf(
      this.#failure("agent_error", text, `${this.#id} could not decide: ${text}`, details, isAskError(error)),
    );
  }

  /** The agent went while it decided: what it came to counts no more. */
  #drop(answer: object): undefined {
    const { standing } = this.#running;
    this.#scope.detail("decision_dropped", answer, {
      agent_id: this.#id,
      description: `${this.#id} went while it decided: its answer is dropped`,
      caused_by: [...this.#end(), ...(standing ? [standing] : [])],
    });
  }

  /** Whether it has still to answer. */
  get isOpen(): boolean {
    return !this.#isTooLate;
  }

  /**
   * What it comes to counts no more.
   *
   * @returns who it is, for a person
   */
  giveUp(): string {
    const error = "its promise never settles";
    const details = { error, agent_type: this.#running.type };
    this.#failure("never_decided", error, `${this.#id} never decided: ${error}`, details);
    return `${this.#id} (${this.#running.type})`;
  }

  #failure(
    error_type: string,
    reason: string,
    description: string,
    details: object,
    isUnanswered = false,
  ): EventHandle {
    this.#troubles.failed(this.#id, error_type, reason, isUnanswered);
    const failed = this.#scope.system("failure", {
      error_type,
      subject_agent_id: this.#id,
      description,
      details: { ...details, ...this.#remembered, ...this.#observed },
      caused_by: this.#end(),
    });
    this.#running.failed = failed;
    return failed;
  }

  get #isTooLate(): boolean {
    return this.#isSettled || this.#isOver || this.#interrupted.aborted;
  }

  #end(): readonly EventHandle[] {
    const causes = this.#causes();
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#reads?.end();
    this.#memory.end();
    return causes;
  }

  /** What the agent read and recorded so far, and what it may have kept of the state that it began with. */
  #causes(): readonly EventHandle[] {
    const read = this.#reads?.causes();
    const kept = this.#running.beginning?.writes;
    if (!kept?.length) return read && this.#steps.length === 0 ? read : [...(read ?? []), ...this.#steps];
    return [...(read ?? []), ...this.#steps, ...kept];
  }

  /** After the decision there is nothing left to record: what an agent does later belongs to no turn. */
  #step(emit: (scope: EmitScope, causes: readonly EventHandle[]) => EventHandle): EventHandle {
    if (this.#isTooLate) throw new Error(`${this.#id} can record nothing more: its decision is over`);
    const step = emit(this.#scope, this.#causes());
    // Where it is not recorded, what it would stand for are causes of the decision anyhow.
    if (step.event_id !== undefined) this.#steps.push(step);
    return step;
  }
}

function decidesAsync(agent: Agent): boolean {
  const decide: unknown = Reflect.get(agent, "decide");
  return Object.prototype.toString.call(decide) === "[object AsyncFunction]";
}

/** What to do where an observation was to be cloned, which no program can do with what notes its own reads. */
function hintOn(error: unknown): string {
  const isClone = error instanceof DOMException && error.name === "DataCloneError";
  return isClone ? " An observation is copied with context.copy(observation)." : "";
}
