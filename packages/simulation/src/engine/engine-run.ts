import type { Causes, CommonFields, EventHandle } from "@llm-sim/events";
import type { VariableId } from "@llm-sim/events/naming";
import { StateFold } from "@llm-sim/events/state";
import type { Immutable } from "immer";
import { type Answer, after, isThenable, lasting, takeOut } from "../answer/index.ts";
import { blame, during, notPromised } from "../failure/index.ts";
import {
  type Collecting,
  Frame,
  guardedWorld,
  othersIn,
  type Reads,
  type SightedWatching,
  sightedWorld,
  Tracker,
  trackedWorld,
} from "../observation/index.ts";
import { Comings, type Newcomer, type Roster, type RosterChange } from "../roster/index.ts";
import { type Noise, noNoiseOn, type Sights, variableNumber, withNoise } from "../sight/index.ts";
import type { EmitScope, RunStream } from "../stream/index.ts";
import type { DeclaredState } from "../variables/index.ts";
import { type Outcome, shapedAs, type World, WorldStore, withoutDrafts } from "../world/index.ts";
import type { ActionRule, TurnAction } from "./action-rule.ts";
import { causesOf } from "./causes.ts";
import type { EngineDraws } from "./engine-draws.ts";
import { HookReads } from "./hook-reads.ts";
import { ActionRefused, type RefusedBy, refusalIn, warnOfRefusal } from "./refusal.ts";
import { type RunObserver, StateRecorder } from "./state-recorder.ts";

export interface RuleOptions {
  /** What the rule worked with, for the DETAIL that stands for it. */
  values?: object;
  /** What besides the turn brought the rule about: `this.lastWrite("health", neighbour)`. */
  caused_by?: Causes;
  description?: string;
}

const GONE = "the agent is there no more";
const ONLY_WITHIN =
  "was started when nothing is going on; start it from beforeTurn or afterActions, and await there what it waits for";
const COMBINED_AWAY = "combined with others, it was left out";

type Emission = (scope: EmitScope) => void;

/** What an effect did, who came and went by it, and what it emitted. */
interface Done extends Outcome {
  comings: Comings | undefined;
  emissions: readonly Emission[];
}

/** An effect while it runs. */
interface Effect {
  /** What it is called. */
  by: () => string;
  /** What it changes, once it has begun. */
  draft: World | undefined;
  /** Where its reads are noted. */
  frame: Frame | undefined;
  /** What is emitted waits here for the event that causes it. */
  emissions: Emission[];
  comings: Comings | undefined;
}

/** An engine's side of one run: changes the state, and emits what was done and what changed, with the causes. */
export class EngineRun<W extends World> {
  readonly stream: RunStream;
  readonly store: WorldStore<W>;
  readonly recorder: StateRecorder;
  /** Notes what is read; not there where nothing is recorded. */
  readonly tracker: Tracker | undefined;
  readonly #tracked: Immutable<W> | undefined;
  readonly #untracked: Immutable<W>;
  readonly #draws: EngineDraws;
  readonly #observer: RunObserver;
  /** Who is there; not there for an engine by itself. */
  readonly #roster: Roster | undefined;
  readonly #sights: Sights | undefined;
  readonly #declared: DeclaredState | undefined;
  /** The turn, or before the first the run. */
  scope: EmitScope;
  /** What failed, where something did: the decision or the turn, and what was read. */
  failing: Causes | undefined;
  /** Why the run is to end, and what brought that about. */
  stop: { reason: string; causes: readonly EventHandle[] } | undefined;
  /** What lets rules begin: the hook, and the pieces of it that are going on, innermost last. */
  readonly #hooks: HookReads[] = [];
  /** Agents are on their way to their decisions. */
  isDeciding = false;
  #isOver = false;
  #effect: Effect | undefined;
  readonly #admit: ((agentId: string) => void) | undefined;

  constructor(
    stream: RunStream,
    state: W,
    draws: EngineDraws,
    {
      observer = {},
      roster,
      declared,
      sights,
    }: {
      observer?: RunObserver | undefined;
      roster?: Roster | undefined;
      declared?: DeclaredState | undefined;
      sights?: Sights | undefined;
    } = {},
  ) {
    refuseStrangers(state, roster);
    this.#roster = roster;
    this.#admit = roster && ((agentId) => this.#comings("spawn").admit(agentId));
    this.stream = stream;
    this.#draws = draws;
    this.#observer = observer;
    this.scope = stream;
    this.store = new WorldStore(state, declared && ((outcome) => declared.check(outcome)));
    this.#sights = sights;
    this.#declared = declared;
    // Milestones are recorded at every level, but by a stream that records nothing; then only what may not be seen needs it.
    this.tracker = stream.records("MILESTONE") || sights ? new Tracker(sights !== undefined) : undefined;
    this.#untracked = this.tracker ? guardedWorld(this.store.world, stateIsReadOnly) : this.store.world;
    this.#tracked =
      this.tracker &&
      trackedWorld(this.store.world, {
        writes: this.tracker.writes,
        frame: this.tracker,
        readOnly: stateIsReadOnly,
      });
    this.recorder = new StateRecorder(stream, this.tracker?.writes, observer.wrote);
    roster?.begin(stream);
    this.recorder.begin(this.store.everything(), stream);
  }

  /** Where what is read counts now: nowhere where there is nothing that it could lead to. */
  get noting(): Tracker | undefined {
    return this.stream.isUneventful && !this.#sights ? undefined : this.tracker;
  }

  /** The state as the engine's code sees it. */
  get world(): Immutable<W> {
    const { noting } = this;
    if (!noting || !this.#tracked) return this.#untracked;
    // What may not be seen is not there for who puts an observation together, either.
    if (noting.sighted) return shapedAs<Immutable<W>>(Object(noting.sighted));
    return noting.isIdle ? this.store.world : this.#tracked;
  }

  /** The state as an agent gets to see it; the others, where the config says what may be seen of them. */
  shownTo(agentId: string, reads: Reads | undefined): { world: Immutable<W>; others?: object } {
    const { world } = this.store;
    if (!reads || !this.noting) return { world: this.#untracked };
    const sight = this.#sights?.of(agentId, this.#roster?.get(agentId)?.type);
    const watching = reads.watching(agentId);
    if (!sight) return { world: trackedWorld(world, watching) };
    const sightedWatching: SightedWatching = {
      ...watching,
      self: agentId,
      sight,
      blur: (variable, value, noise) => this.#blur(agentId, reads, variable, value, noise),
    };
    const sighted = sightedWorld(world, sightedWatching);
    reads.sighted = sighted;
    return sight.reachesOthers
      ? { world: sighted, others: othersIn(world, sightedWatching) }
      : { world: sighted };
  }

  #blur(agentId: string, reads: Reads, variable: VariableId, value: unknown, noise: Noise): unknown {
    if (value === null) return value;
    if (typeof value !== "number") throw noNoiseOn(variable, value);
    const shown = this.#draws.noise(agentId, variableNumber(variable), (random) =>
      withNoise(value, noise, random),
    );
    reads.saw(variable, shown);
    return shown;
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

  /** Nothing is done or recorded any more: a hook that was not waited for may go on. */
  close(): void {
    this.#isOver = true;
  }

  checkOpen(): void {
    if (this.#isOver) throw new Error("The run is over: nothing more is recorded of it");
  }

  /** Runs a hook that may start rules: what it reads outside of them is behind all that comes after. */
  hook<T>(name: string, body: () => Answer<T>): Answer<T> {
    const answer = this.#inHook(new HookReads(name), () => this.#draws.hook(name, body));
    return after(answer, (result) => {
      if (this.#hooks.length > 0)
        throw new Error(`${name}: a piece of it (apart) goes on when it is over: await it`);
      return result;
    });
  }

  /** Runs a piece of a hook with reads and random numbers of its own. What it returns is carried out of it, and its reads too. */
  apart<T>(body: () => Answer<T>, key: string | undefined): Answer<T> {
    const around = this.#hook;
    if (this.#effect) throw new Error("apart is for pieces of beforeTurn and afterActions, not of an effect");
    if (!around)
      throw new Error("apart is for pieces of beforeTurn and afterActions, while they are going on");
    const piece = new HookReads("apart", around);
    const carryOut = () => {
      let outer = around;
      // A piece that was begun in another one may outlast it.
      while (outer.around && !this.#hooks.includes(outer)) outer = outer.around;
      for (const write of piece.frame.writes()) outer.frame.add(write);
    };
    let isAsync = false;
    const answer = this.#inHook(piece, () =>
      this.#draws.piece(key, () => {
        const returned = body();
        isAsync = isThenable(returned);
        return returned;
      }),
    );
    return after(answer, (result) => {
      // While a piece waits, the hook around it may go on, and what that reads cannot be told from what the piece reads.
      if (result !== undefined || isAsync) carryOut();
      return result;
    });
  }

  #inHook<T>(hook: HookReads, body: () => Answer<T>): Answer<T> {
    const fail = (error: unknown): never => {
      if (!this.#isOver)
        this.failing ??= [...causesOf(this.scope.cause), ...hook.carry(this.scope, this.stream)];
      throw error;
    };
    const leave = () => takeOut(this.#hooks, hook);
    this.#hooks.push(hook);
    let answer: Answer<T>;
    try {
      answer = lasting(() => this.holding(hook.frame, body), leave);
    } catch (error) {
      return fail(error);
    }
    return isThenable(answer) ? answer.then(undefined, fail) : answer;
  }

  get #hook(): HookReads | undefined {
    return this.#hooks.at(-1);
  }

  /** What `body` reads counts for `frame`, until its promise settles where it is async. */
  holding<T>(frame: Collecting | undefined, body: () => Answer<T>): Answer<T> {
    const { noting } = this;
    return noting && frame ? noting.holding(frame, body) : body();
  }

  /** What `body` reads counts for `frame`. */
  within<T>(frame: Collecting | undefined, body: () => T): T {
    const { noting } = this;
    return noting && frame ? noting.within(frame, body) : body();
  }

  /**
   * Does what an action asks, or records why not.
   *
   * @param reads what was read for it before, beyond its causes
   */
  apply(action: TurnAction, rule: ActionRule<W> | undefined, reads: readonly EventHandle[] = []): void {
    const frame = this.#frame();
    const by = () => actionText(action);
    const read = () => given(together(reads, frame?.writes()));
    this.scope.because(action.causes, (decided) => {
      try {
        if (this.#roster?.hasGone(action.agent_id)) {
          this.#refuse(decided, action, GONE, "engine", {
            error_type: "agent_gone",
            caused_by: given([...reads, ...this.#lastChange(action.agent_id)]),
          });
          return;
        }
        if (!rule) throw new ActionRefused(`this engine has no action ${JSON.stringify(action.action_type)}`);
        const { partners, done } = this.within(frame, () =>
          this.#draws.action(action, () => ({
            partners: this.#participants(action, rule),
            done: this.#transact({ by, frame, acting: action.agent_id }, (draft) =>
              rule.apply(draft, action),
            ),
          })),
        );
        const { description, details } = action;
        const event = decided.action(action.agent_id, action.action_type, action.payload, {
          interaction_type: partners?.interaction_type,
          participating_agent_ids: partners?.participating_agent_ids,
          description,
          details,
          caused_by: read(),
        });
        decided.because(event, (inside) => this.#record(inside, by, done));
      } catch (error) {
        const refusal = refusalIn(error, this.#declared);
        if (refusal) {
          const { reason, refused_by, ...more } = refusal;
          this.#refuse(decided, action, reason, refused_by, { ...more, caused_by: read() });
          return;
        }
        blame(error, by());
        this.failing ??= [...causesOf(action.causes), ...(read() ?? [])];
        throw error;
      }
    });
  }

  /** Records that `combine` left an action out. */
  leaveOut(action: TurnAction, reads: readonly EventHandle[]): void {
    this.scope.because(action.causes, (decided) =>
      this.#refuse(decided, action, COMBINED_AWAY, "engine", {
        error_type: "combined_away",
        caused_by: given(reads),
      }),
    );
  }

  #refuse(
    decided: EmitScope,
    action: TurnAction,
    reason: string,
    by: RefusedBy,
    more: { error_type?: string; caused_by?: Causes | undefined; details?: object },
  ): void {
    warnOfRefusal(decided, action, reason, by, more);
    this.#observer.refused?.(action, reason, more.error_type ?? "validation_error");
  }

  /** Lets happen what happens by itself, with a DETAIL as its cause. */
  rule(name: string, effect: (draft: W) => unknown, { values, caused_by, description }: RuleOptions): void {
    this.checkOpen();
    if (!this.isDeciding && this.#draws.isIdle) throw new Error(`rule ${name} ${ONLY_WITHIN}`);
    const frame = this.#frame();
    const by = () => `rule ${name}`;
    let done: Done;
    let told = values;
    const work = (draft: W) => {
      const returned = effect(draft);
      // The effect may have put pieces of its draft there, which ends with it.
      if (values) told = free(values);
      return returned;
    };
    try {
      done = during(by(), () =>
        this.within(frame, () => this.#draws.rule(name, () => this.#transact({ by, frame }, work))),
      );
    } catch (error) {
      this.failing ??= [...causesOf(this.scope.cause), ...this.conditions(), ...(frame?.writes() ?? [])];
      throw error;
    }
    const { changes, assigned, emissions, comings } = done;
    const isIdle = changes.length === 0 && assigned.length === 0 && emissions.length === 0;
    if (isIdle && comings?.isEmpty !== false) return;
    const cause = this.scope.detail(name, told ?? {}, {
      description,
      details: { rule: name },
      caused_by: given(together(together(causesOf(caused_by), this.conditions()), frame?.writes())),
    });
    this.scope.because(cause, (inside) => this.#record(inside, by, done));
  }

  /** An agent comes by the effect that runs. */
  spawn(newcomer: Newcomer): void {
    this.#comings("spawn").spawn(newcomer);
  }

  /** An agent goes for good by the effect that runs. */
  remove(agentId: string): void {
    this.#comings("remove").remove(agentId);
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
    if (!this.stream.records("DETAIL")) return;
    const values = free(intermediateValues);
    const told = fields && free(fields);
    this.#emit((scope, conditions) => scope.detail(calculationType, values, withCauses(told, conditions)));
  }

  phase(name: string, fields?: CommonFields): void {
    const told = fields && free(fields);
    this.#emit((scope, conditions) => scope.phase(name, withCauses(told, conditions)));
  }

  /** The run is to end after this turn; inside an effect, because of the action or the rule. */
  end(reason: string): void {
    this.#emit((scope, conditions) => {
      this.stop = { reason, causes: [...causesOf(scope.cause), ...conditions] };
    });
  }

  /** What carries what the hook read so far; where no hook is going on, what was read by whatever is. */
  conditions(): readonly EventHandle[] {
    return this.#hook?.carry(this.scope, this.stream) ?? this.noting?.readSoFar() ?? [];
  }

  #frame(): Frame | undefined {
    return this.noting && new Frame();
  }

  #participants(
    action: TurnAction,
    rule: ActionRule<W>,
  ): { interaction_type: string | undefined; participating_agent_ids: readonly string[] } | undefined {
    const partners = notPromised(rule.interaction?.partners(action)) ?? action.participating_agent_ids;
    if (!partners) return undefined;
    const ids = [...new Set([action.agent_id, ...partners])];
    for (const id of ids) {
      const isThere = this.store.world.agents[id] !== undefined;
      if (id !== action.agent_id || !isThere) this.noting?.part(id).presence("", isThere);
      if (!isThere) throw new ActionRefused(`there is no agent ${JSON.stringify(id)}`);
    }
    if (ids.length < 2) throw new ActionRefused("an interaction takes two agents or more");
    return {
      interaction_type: rule.interaction?.type ?? action.interaction_type,
      participating_agent_ids: ids,
    };
  }

  #transact(
    { by, frame, acting }: { by: () => string; frame: Frame | undefined; acting?: string },
    effect: (draft: W) => unknown,
  ): Done {
    if (this.#effect)
      throw new Error("An effect cannot start a rule: start it from beforeTurn or afterActions");
    const running: Effect = { by, draft: undefined, frame, emissions: [], comings: undefined };
    this.#effect = running;
    try {
      const outcome = this.store.transact(
        (draft) => {
          running.draft = draft;
          return effect(draft);
        },
        { by, reads: this.noting, acting, admit: this.#admit },
      );
      if (this.#roster && outcome.went.length > 0) this.#comings("remove");
      return { ...outcome, comings: running.comings, emissions: running.emissions };
    } finally {
      this.#effect = undefined;
    }
  }

  #record(inside: EmitScope, by: () => string, done: Done): void {
    done.comings?.record({ scope: inside, by: by() }, done);
    for (const emit of done.emissions) emit(inside);
    this.recorder.record(done, inside);
  }

  #emit(emission: (scope: EmitScope, conditions: readonly EventHandle[]) => void): void {
    this.checkOpen();
    if (this.#effect) {
      const { frame, emissions } = this.#effect;
      // What was read so far may be why it is emitted.
      const read = [...(frame?.writes() ?? [])];
      emissions.push((scope) => emission(scope, read));
    } else emission(this.scope, this.conditions());
  }

  #comings(what: string): Comings {
    const effect = this.#effect;
    const roster = this.#roster;
    if (effect?.draft && roster) {
      const { draft, frame } = effect;
      effect.comings ??= new Comings(roster, {
        parts: draft.agents,
        reads: this.noting,
        readSoFar: () => [...(frame?.writes() ?? [])],
        refuse,
      });
      return effect.comings;
    }
    throw new Error(
      `${what} belongs into an effect, which it is done or not done with: call it in a rule (this.rule) or in an action's effect`,
    );
  }

  #changePause(agentId: string, change: (roster: Roster, change: RosterChange) => void): void {
    const roster = this.#roster;
    if (!roster) throw new Error("Only agents of a run can be paused");
    const effect = this.#effect;
    if (effect) this.#comings("pause").check(agentId);
    else if (!roster.has(agentId) || roster.hasGone(agentId))
      refuse(`there is no agent ${JSON.stringify(agentId)}`);
    for (const write of this.#lastChange(agentId)) this.noting?.add(write);
    const by = effect?.by() ?? this.#hook?.name ?? "the engine";
    this.#emit((scope, read) => change(roster, { scope, by, read: given(read) }));
  }

  #lastChange(agentId: string): readonly EventHandle[] {
    const change = this.#roster?.lastChange(agentId);
    return change ? [change] : [];
  }
}

function refuse(reason: string): never {
  throw new ActionRefused(reason);
}

function actionText({ action_type, agent_id }: TurnAction): string {
  return `action ${action_type} of ${agent_id}`;
}

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

/** Nothing rather than an empty list: where the scope is the only cause, the emitter is faster. */
function given(causes: readonly EventHandle[]): readonly EventHandle[] | undefined {
  return causes.length === 0 ? undefined : causes;
}

function together(
  some: readonly EventHandle[],
  more: readonly EventHandle[] | undefined,
): readonly EventHandle[] {
  if (!more || more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

function withCauses(
  fields: CommonFields | undefined,
  more: readonly EventHandle[],
): CommonFields | undefined {
  return more.length === 0 ? fields : { ...fields, caused_by: [...causesOf(fields?.caused_by), ...more] };
}

function stateIsReadOnly(key: string): Error {
  return new TypeError(
    `The state is read-only here (tried to change ${JSON.stringify(key)}): change it through the draft of a rule or of an action's effect`,
  );
}
