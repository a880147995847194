import type { Causes, CommonFields, EventHandle } from "@llm-sim/events";
import type { Intervention } from "@llm-sim/events/run";
import { StateFold } from "@llm-sim/events/state";
import { type Answer, during, isThenable } from "../answer/index.ts";
import { Asker, Asking, type Question, type Reply } from "../asking/index.ts";
import {
  type Assigned,
  assign,
  InterventionError,
  type OpenIntervention,
  resolveVariables,
} from "../intervene/index.ts";
import type { LastWrites } from "../observation/index.ts";
import type { Newcomer, Roster, RosterChange } from "../roster/index.ts";
import type { EmitScope, RunStream } from "../run-stream.ts";
import type { Sights } from "../sight/index.ts";
import { type DeclaredState, isStateVariableError } from "../variables/index.ts";
import { isStateError, type World, WorldStore, withoutDrafts } from "../world/index.ts";
import { AppliedActions } from "./applied-actions.ts";
import { alsoBecauseOf, causesOf, given, together } from "./causes.ts";
import { Course } from "./course.ts";
import { type Done, Effects } from "./effects.ts";
import type { EngineDraws } from "./engine-draws.ts";
import { Hooks } from "./hooks.ts";
import { ReadableState } from "./readable-state.ts";
import { ActionRefused } from "./refusal.ts";
import { type RunObserver, StateRecorder } from "./state-recorder.ts";

export interface RuleOptions {
  /** What the rule worked with, for the DETAIL that stands for it. */
  values?: object;
  /** What besides the turn brought the rule about: `this.lastWrite("health", neighbour)`. */
  caused_by?: Causes;
  description?: string;
}

const ONLY_WITHIN =
  "was started when nothing is going on; start it from beforeTurn or afterActions, and await there what it waits for";

/** What goes on and may ask, where that is no hook of which the reads are kept. */
interface AskingPart {
  /** What is asked rests on: what was read so far. */
  behindAsking(): readonly EventHandle[];
  /** From here on it rests on an attempt as well. */
  add(attempt: EventHandle): void;
}

/** An engine's side of one run: changes the state, and emits what was done and what changed, with the causes. */
export class EngineRun<W extends World> {
  readonly course: Course;
  readonly store: WorldStore<W>;
  readonly recorder: StateRecorder;
  readonly readable: ReadableState<W>;
  readonly hooks: Hooks;
  readonly actions: AppliedActions<W>;
  readonly #effects: Effects<W>;
  readonly #draws: EngineDraws;
  /** Who is there; not there for an engine by itself. */
  readonly #roster: Roster | undefined;
  readonly #declared: DeclaredState | undefined;
  readonly #asking: Asking;
  readonly #observer: RunObserver;
  #asker: Asker | undefined;
  /** What goes on, and the agent that it goes on for. */
  #part: AskingPart | undefined;
  #partFor: string | undefined;
  /** Agents are on their way to their decisions. */
  areDecisionsOpen = false;

  constructor(
    stream: RunStream,
    state: W,
    draws: EngineDraws,
    {
      observer = {},
      asking,
      roster,
      declared,
      sights,
      goOn,
    }: {
      observer?: RunObserver | undefined;
      asking?: Asking | undefined;
      roster?: Roster | undefined;
      declared?: DeclaredState | undefined;
      sights?: Sights | undefined;
      goOn?: ((writes: LastWrites) => void) | undefined;
    } = {},
  ) {
    refuseStrangers(state, roster);
    this.#roster = roster;
    this.#declared = declared;
    this.#observer = observer;
    this.#asking = asking ?? new Asking({ models: undefined, stream });
    this.#draws = draws;
    this.course = new Course(stream);
    this.store = new WorldStore(state, declared && ((outcome) => declared.check(outcome)));
    this.readable = new ReadableState(stream, this.store, { sights, roster, draws });
    this.recorder = new StateRecorder(stream, this.readable.tracker?.writes, observer.wrote);
    this.hooks = new Hooks(this.course, draws, this.readable);
    this.#effects = new Effects(this.store, this.recorder, this.readable, roster);
    this.actions = new AppliedActions({
      course: this.course,
      draws,
      readable: this.readable,
      effects: this.#effects,
      store: this.store,
      roster,
      declared,
      observer,
    });
    if (goOn) {
      this.recorder.goOn(this.store.everything());
      if (this.readable.tracker) goOn(this.readable.tracker.writes);
      return;
    }
    roster?.begin(stream);
    this.recorder.begin(this.store.everything(), stream);
    for (const running of roster?.all ?? []) this.recorder.began(running);
  }

  /** The state's hash, also where the recorder keeps none. */
  stateHash(): string {
    const kept = this.recorder.hash();
    if (kept !== undefined) return kept;
    const fold = new StateFold();
    for (const { agent_id, variable_name, new_value } of this.store.everything()) {
      fold.apply({ agent_id, variable_name, new_value });
    }
    return fold.hash();
  }

  /** Runs a hook that may start rules and ask. */
  hook<T>(name: string, body: () => Answer<T>): Answer<T> {
    return this.hooks.run(name, () => this.asks(undefined, body));
  }

  /**
   * Runs code of the engine's that may ask. It is over when all that it asked, and waits for no longer, is on record.
   *
   * @param part what it reads for, where it is no hook that may start rules
   * @param agentId for whom it is, where it is for one agent
   */
  asks<T>(part: AskingPart | undefined, body: () => Answer<T>, agentId?: string): Answer<T> {
    this.#part = part;
    this.#partFor = agentId;
    let answer: Answer<T>;
    try {
      answer = body();
    } catch (error) {
      if (!this.#asker) throw this.#failing(error);
      answer = Promise.reject(error);
    }
    if (!this.#asker && !isThenable(answer)) return answer;
    return this.#whenAsked(answer);
  }

  async #whenAsked<T>(answer: Answer<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      await this.#endAsking();
      throw this.#failing(error);
    } finally {
      await this.#endAsking();
    }
  }

  async #endAsking(): Promise<void> {
    const asker = this.#asker;
    if (!asker) return;
    asker.close("What asked is over: nothing more is asked in it");
    await asker.breakOff("unawaited");
    this.#asker = undefined;
  }

  /** What fails rests on all that it read; of a hook, the hook says so. */
  #failing(error: unknown): unknown {
    const { course } = this;
    if (this.#part && !course.isOver)
      course.failing ??= [...causesOf(course.scope.cause), ...this.#behindAsking()];
    return error;
  }

  /** @throws Error where nothing goes on that may wait for an answer */
  ask<T>(question: Question<T>): Promise<Reply<T>> {
    const { course } = this;
    course.checkOpen();
    if (this.#effects.running)
      throw new Error(
        "an effect has to be done at once and cannot ask: ask in beforeTurn or afterActions, and use the answer in the rule",
      );
    if (this.areDecisionsOpen)
      throw new Error("While agents decide the engine cannot ask: an agent asks by context.ask");
    if (!this.#draws.mayWait)
      throw new Error(
        "The engine can ask in beforeTurn, observe, combine and afterActions, while they wait for the answer",
      );
    this.#asker ??= new Asker({
      asking: this.#asking,
      actor: { type: "engine" },
      scope: course.scope,
      causes: () => this.#behindAsking(),
      learn: (attempt) => (this.#part ?? this.hooks).add(attempt),
      onFailure: ({ error_type = "failure", description }) =>
        this.#observer.unanswered?.(error_type, description),
    });
    return this.#asker.ask(question);
  }

  #behindAsking(): readonly EventHandle[] {
    const read = this.#part?.behindAsking() ?? this.conditions();
    // An agent that sits out is shown nothing.
    const standing = this.#partFor === undefined ? undefined : this.#roster?.get(this.#partFor)?.standing;
    return standing ? [...read, standing] : read;
  }

  /** Runs a piece of a hook, with reads and random numbers of its own. */
  apart<T>(body: () => Answer<T>, key: string | undefined): Answer<T> {
    if (this.#effects.running)
      throw new Error("apart is for pieces of beforeTurn and afterActions, not of an effect");
    return this.hooks.apart(body, key);
  }

  /** Lets happen what happens by itself, with a DETAIL as its cause. */
  rule(name: string, effect: (draft: W) => unknown, { values, caused_by, description }: RuleOptions): void {
    const { course } = this;
    course.checkOpen();
    if (!this.areDecisionsOpen && this.#draws.isIdle) throw new Error(`rule ${name} ${ONLY_WITHIN}`);
    const frame = this.readable.frame();
    const by = () => `rule ${name}`;
    let done: Done;
    const { intervention } = course;
    const candidate = { event_type: "DETAIL", name } as const;
    const leftOut = intervention?.next(candidate);
    let recorded = values;
    const work = (draft: W) => {
      const returned = effect(draft);
      // The effect may have put pieces of its draft there, which ends with it.
      if (values) recorded = free(values);
      return returned;
    };
    try {
      done = during(by(), () =>
        this.readable.within(frame, () =>
          this.#draws.rule(name, () =>
            this.#effects.transact({ by, frame, isTrial: leftOut !== undefined }, work),
          ),
        ),
      );
    } catch (error) {
      course.failing ??= [...causesOf(course.scope.cause), ...this.conditions(), ...(frame?.writes() ?? [])];
      throw error;
    }
    const { changes, assigned, emissions, comings } = done;
    const isIdle = changes.length === 0 && assigned.length === 0 && emissions.length === 0;
    if (isIdle && comings?.isEmpty !== false) return;
    intervention?.cameUp(candidate);
    if (intervention && leftOut) {
      const read = together(together(causesOf(caused_by), this.conditions()), frame?.writes());
      const event = intervention.leaveOut(leftOut, course.scope, { caused_by: read });
      this.#effects.withhold(done, event, course.scope);
      return;
    }
    const cause = course.scope.detail(name, recorded ?? {}, {
      description,
      details: { rule: name },
      caused_by: given(together(together(causesOf(caused_by), this.conditions()), frame?.writes())),
    });
    course.scope.because(cause, (inside) => this.#effects.record(inside, by, done));
  }

  /** An agent comes by the effect that runs. */
  spawn(newcomer: Newcomer): void {
    this.#effects.comings("spawn").spawn(newcomer);
  }

  /** An agent goes for good by the effect that runs. */
  remove(agentId: string): void {
    this.#effects.comings("remove").remove(agentId);
  }

  /** An agent sits out for so many turns or until it is resumed. */
  pause(agentId: string, turns: number | undefined): void {
    if (turns !== undefined && (!Number.isSafeInteger(turns) || turns < 1)) {
      throw new RangeError(`pause takes a whole number of turns, at least 1 (was given ${String(turns)})`);
    }
    this.#changePause(agentId, (roster, change) => roster.pause(agentId, turns, change));
  }

  resume(agentId: string): void {
    this.#changePause(agentId, (roster, change) => roster.resume(agentId, change));
  }

  detail(calculationType: string, intermediateValues: object, fields?: CommonFields): void {
    if (!this.course.stream.records("DETAIL")) return;
    const values = free(intermediateValues);
    const more = fields && free(fields);
    this.#emit((scope, conditions) => scope.detail(calculationType, values, withCauses(more, conditions)));
  }

  phase(name: string, fields?: CommonFields): void {
    const more = fields && free(fields);
    this.#emit((scope, conditions) => {
      const { intervention } = this.course;
      const candidate = { event_type: "MILESTONE", name } as const;
      const leftOut = intervention?.next(candidate);
      intervention?.cameUp(candidate);
      if (intervention && leftOut)
        intervention.leaveOut(leftOut, scope, { caused_by: [...causesOf(more?.caused_by), ...conditions] });
      else scope.phase(name, withCauses(more, conditions));
    });
  }

  /**
   * Which variables an intervention means, and whether they can have the values that it gives them.
   *
   * @throws InterventionError
   */
  checkVariables(set: NonNullable<Intervention["set"]>, turn: number): Assigned[] {
    const { world } = this.store;
    const assigned = resolveVariables(set, { world, declared: this.#declared, turn });
    try {
      this.#assign(assigned, true);
    } catch (error) {
      if (!isStateVariableError(error) && !isStateError(error)) throw error;
      throw new InterventionError(error.message, { cause: error });
    }
    return assigned;
  }

  /** Does what an intervention does at the start of the turn. */
  intervene(intervention: OpenIntervention, assigned: readonly Assigned[]): void {
    const { course } = this;
    course.intervention = intervention;
    const cause = intervention.begin(course.scope);
    const turn = course.scope;
    if (intervention.isOfConfig) course.scope = alsoBecauseOf(cause, turn);
    if (assigned.length === 0) return;
    const done = this.#assign(assigned, false);
    turn.because(cause, (inside) => this.#effects.record(inside, byIntervention, done));
  }

  #assign(assigned: readonly Assigned[], isTrial: boolean): Done {
    const frame = this.readable.frame();
    return this.readable.within(frame, () =>
      this.#effects.transact({ by: byIntervention, frame, isTrial }, (draft) => assign(draft, assigned)),
    );
  }

  /** The run is to end after this turn; inside an effect, because of the action or the rule. */
  end(reason: string): void {
    this.#emit((scope, conditions) => {
      this.course.stop = { reason, causes: [...causesOf(scope.cause), ...conditions] };
    });
  }

  /** What carries what the hook read so far; where no hook is going on, what was read by whatever is. */
  conditions(): readonly EventHandle[] {
    return (
      this.hooks.current?.carry(this.course.scope, this.course.stream) ??
      this.readable.noting?.readSoFar() ??
      []
    );
  }

  #emit(emission: (scope: EmitScope, conditions: readonly EventHandle[]) => void): void {
    this.course.checkOpen();
    const effect = this.#effects.running;
    if (effect) {
      const { frame, emissions } = effect;
      // What was read so far may be why it is emitted.
      const read = [...(frame?.writes() ?? [])];
      emissions.push((scope) => emission(scope, read));
    } else emission(this.course.scope, this.conditions());
  }

  #changePause(agentId: string, change: (roster: Roster, change: RosterChange) => void): void {
    const roster = this.#roster;
    if (!roster) throw new Error("Only agents of a run can be paused");
    const effect = this.#effects.running;
    if (effect) this.#effects.comings("pause").check(agentId);
    else if (!roster.has(agentId) || roster.hasGone(agentId))
      throw new ActionRefused(`there is no agent ${JSON.stringify(agentId)}`);
    const standing = roster.lastChange(agentId);
    if (standing) this.readable.noting?.add(standing);
    const by = effect?.by() ?? this.hooks.current?.name ?? "the engine";
    this.#emit((scope, read) => change(roster, { scope, by, read: given(read) }));
  }
}

const byIntervention = () => "the intervention";

/** Whose part it is decides; what is nobody's is the world's. */
function refuseStrangers(state: World, roster: Roster | undefined): void {
  const stranger = roster && Object.keys(state.agents).find((id) => !roster.has(id));
  if (stranger === undefined) return;
  throw new Error(
    `the state to begin with has a part for ${JSON.stringify(stranger)}, which is no agent of this simulation: name it under agents, or keep what is nobody's in global`,
  );
}

/** The same without drafts in it, which end with their effect. */
function free<T extends object>(values: T): T;
function free(values: object): object {
  const plain = withoutDrafts(values);
  return typeof plain === "object" && plain !== null ? plain : {};
}

function withCauses(
  fields: CommonFields | undefined,
  more: readonly EventHandle[],
): CommonFields | undefined {
  return more.length === 0 ? fields : { ...fields, caused_by: [...causesOf(fields?.caused_by), ...more] };
}
