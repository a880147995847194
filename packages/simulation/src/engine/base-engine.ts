import type { Causes, CommonFields, EventHandle } from "@llm-sim/events";
import type { JsonObject } from "@llm-sim/events/schema";
import type { Immutable } from "immer";
import type { ZodType } from "zod";
import type { Action, OfferedActions } from "../agent/index.ts";
import { type Answer, after, atOnce, failing, inTime, lasting } from "../answer/index.ts";
import type { Question, Reply } from "../asking/index.ts";
import { type Collecting, Frame, type LastWrites, Reads } from "../observation/index.ts";
import type { Random } from "../random/index.ts";
import type { Newcomer } from "../roster/index.ts";
import type { EmitScope, RunStream } from "../run-stream.ts";
import type { DeclaredState } from "../variables/index.ts";
import { shapedAs, type World } from "../world/index.ts";
import { type ActionRule, actionRule, interactionRule, type TurnAction } from "./action-rule.ts";
import { type Combined, Combining } from "./combining.ts";
import { EngineDraws } from "./engine-draws.ts";
import { EngineRun, type RuleOptions } from "./engine-run.ts";
import {
  type EngineBeginning,
  type EngineInside,
  type HandedOver,
  INSIDE,
  type Shown,
  type TurnChange,
} from "./inside.ts";
import { ActionRefused } from "./refusal.ts";
import type { StateRecorder } from "./state-recorder.ts";

/** An agent as the config gives it to the engine. */
export interface AgentSeed {
  id: string;
  type: string;
  initial_state: JsonObject;
}

/** What an engine is constructed with. */
export interface EngineSetup<Params = unknown> {
  /** `engine.params` of the config, parsed by the class's `static params` schema where it has one. */
  params: Params;
  agents: readonly AgentSeed[];
  /** Draws from a stream of its own in every hook, rule and action. */
  random: Random;
  turns: number;
}

const NOTHING: readonly EventHandle[] = [];

/** Of an engine that nobody runs. */
const NEVER = new AbortController().signal;

/**
 * The rules of a world. A subclass says what agents see, what actions do and what happens by itself; the base emits
 * the events: an ACTION for each applied action, a STATE for each variable it changed, caused by it.
 *
 *     export class FisheryEngine extends BaseEngine<Fishery, { growth: number }> {
 *       static readonly params = z.strictObject({ growth: z.number().positive() });
 *       readonly actions = {
 *         harvest: this.action(z.strictObject({ amount: z.number().positive() }), (draft, { agent_id, payload }) => {
 *           if (payload.amount > draft.global.fish) this.refuse("there are not that many fish");
 *           draft.global.fish -= payload.amount;
 *           this.agent(draft, agent_id).caught += payload.amount;
 *         }),
 *       };
 *       override afterActions(): void {
 *         this.rule("regrowth", (draft) => { draft.global.fish *= this.params.growth; });
 *       }
 *     }
 *
 * An action's effect is all or nothing: where it refuses or throws, the state stays as it was.
 */
export abstract class BaseEngine<W extends World = World, Params = unknown> {
  protected readonly params: Params;
  protected readonly random: Random;
  readonly #agents: readonly AgentSeed[];
  #draws: EngineDraws;
  #turns: number;
  #run: EngineRun<W> | undefined;
  #first: { state: W } | { error: unknown } | undefined;
  #declared: DeclaredState | undefined;
  #turn = 0;
  /** What was read of this turn's agents that do not decide. */
  readonly #inactive: EventHandle[] = [];
  #signal: AbortSignal = NEVER;
  #inside: EngineInside | undefined;

  constructor(setup: EngineSetup<Params>) {
    this.params = setup.params;
    this.random = setup.random;
    this.#draws = new EngineDraws(setup.random);
    this.#turns = setup.turns;
    this.#agents = setup.agents;
  }

  /** @internal For what runs it. Under a symbol, so that a subclass may have members of any name. */
  get [INSIDE](): EngineInside {
    this.#inside ??= {
      offered: this.#offered,
      prepare: (state, declared, asFromStart) => this.#prepare(state, declared, asFromStart),
      lastWrites: () => this.#lastWrites(),
      hasFailed: () => this.#hasFailed,
      begin: (stream, beginning) => this.#begin(stream, beginning),
      checkVariables: (set, turn) => this.#open().checkVariables(set, turn),
      beginTurn: (turn, scope, change) => this.#beginTurn(turn, scope, change),
      takeOver: (before) => this.#takeOver(before.handOver()),
      handOver: () => this.#handOver,
      setTurns: (turns) => {
        this.#turns = turns;
      },
      endRun: () => this.#endRun(),
      askIsActive: (agentId) => this.#askIsActive(agentId),
      show: (agentId, activity) => this.#show(agentId, activity),
      asking: (agentId, body) => this.#asking(agentId, body),
      duringDecisions: (body) => this.#duringDecisions(body),
      noting: (handle, body) => this.#noting(handle, body),
      presenceOf: (agentId) => this.#presenceOf(agentId),
      doing: () => this.#doing,
      stopCauses: () => this.#stopCauses,
      state: () => this.#state,
      stateHash: () => this.#stateHash,
      recorder: () => this.#recorder,
    };
    return this.#inside;
  }

  get #offered(): OfferedActions {
    const rules = Object.entries(this.actions);
    return Object.freeze(Object.fromEntries(rules.map(([type, { payload }]) => [type, { payload }])));
  }

  /** Whether the agent decides in this turn. Without an override: as long as it has a part of the state. */
  isActive(agentId: string): boolean {
    return this.world.agents[agentId] !== undefined;
  }

  /** What agents can do, by `action_type`: made with `this.action` and `this.interaction`. */
  abstract readonly actions: Readonly<Record<string, ActionRule<W>>>;

  /** The state before the first turn. Without an override: each agent's `initial_state`, and nothing in the world's part. */
  initialState(agents: readonly AgentSeed[]): W {
    const parts = Object.fromEntries(agents.map(({ id, initial_state }) => [id, initial_state]));
    return shapedAs<W>({ global: {}, agents: parts });
  }

  /**
   * What an agent gets to see. All that this call reads counts as read by the agent as soon as it looks at what it got: what
   * came from where is not known. Hand out whole pieces of `world`, getters, or `this.view({ … })`, so that what the agent
   * does not look at does not count. What the config's `observes` leaves out is neither in `world` nor in `this.world` here; where
   * it names variables of others, the default has them as `others`.
   */
  observe(agentId: string, world: Immutable<W>): unknown {
    return { me: world.agents[agentId], world: world.global };
  }

  /** Before the agents look: `this.rule(…)` for what happens first. Where it is async, they look when it is over. */
  beforeTurn(): Answer<void> {}

  /**
   * Makes of several agents' actions one, where they belong together. They are applied in the order returned. May be async.
   */
  combine(actions: readonly TurnAction[]): Answer<readonly TurnAction[]> {
    return actions;
  }

  /**
   * After the actions: `this.rule(…)` for what happens by itself, `this.phase(…)`, `this.stop(…)`. Where it is async, the turn
   * ends when it is over.
   */
  afterActions(): Answer<void> {}

  /** The state as it stands. What is read through it counts for what is going on. */
  get world(): Immutable<W> {
    return this.#running().readable.world;
  }

  /** The turn that is running, 0 before the first. */
  get turn(): number {
    return this.#turn;
  }

  /** The run's last turn, as configured. */
  protected get turns(): number {
    return this.#turns;
  }

  /** Aborted when the run is interrupted: what an async hook waits for should end then. */
  protected get signal(): AbortSignal {
    return this.#signal;
  }

  /** Why the engine ended the run before its last turn. */
  get stopReason(): string | undefined {
    return this.#run?.course.stop?.reason;
  }

  #prepare(state?: World, declared?: DeclaredState, asFromStart = false): World | undefined {
    this.#declared = declared;
    const make = () =>
      this.#draws.atOnce("initial state", () =>
        atOnce("initialState", () => this.initialState(this.#agents)),
      );
    try {
      // What the engine sets in its own fields as it makes its state is to be there.
      if (asFromStart) make();
      const initial = state ?? make();
      this.#first = { state: shapedAs<W>(state || !declared ? initial : declared.filled(initial)) };
    } catch (error) {
      this.#first = { error };
      return undefined;
    }
    declared?.checkAll(this.#first.state);
    return this.#first.state;
  }

  #begin(stream: RunStream, { signal, ...run }: EngineBeginning = {}): void {
    if (!this.#first) this.#prepare();
    if (!this.#first || "error" in this.#first) throw this.#first?.error;
    if (signal) this.#signal = signal;
    this.#run = new EngineRun(stream, this.#first.state, this.#draws, { ...run, declared: this.#declared });
    this.#first = undefined;
  }

  #beginTurn(turn: number, scope: EmitScope, change: TurnChange | undefined): Answer<void> {
    this.#turn = turn;
    this.#inactive.length = 0;
    const run = this.#open();
    run.course.scope = scope;
    run.course.intervention = undefined;
    this.#draws.beginTurn(turn);
    if (change) run.intervene(change.intervention, change.assigned);
    return run.hook("beforeTurn", () => inTime("beforeTurn", () => this.beforeTurn()));
  }

  /**
   * Applies the actions in order, then lets happen what happens by itself.
   *
   * @param silent what agents left who did nothing: decisions without an action, refusals, failures
   */
  runTurn(actions: readonly TurnAction[], silent: readonly EventHandle[] = []): Answer<void> {
    const run = this.#open();
    const afterwards = () =>
      run.hook("afterActions", () => inTime("afterActions", () => this.afterActions()));
    if (this.combine === BaseEngine.prototype.combine) {
      for (const action of actions) run.actions.apply(action, this.#ruleOf(action.action_type));
      return afterwards();
    }
    return after(this.#combined(run, actions, silent), (combined) => {
      this.#open();
      for (const { action, reads } of combined)
        run.actions.apply(action, this.#ruleOf(action.action_type), reads);
      return afterwards();
    });
  }

  get #handOver(): HandedOver {
    return {
      run: this.#run,
      draws: this.#draws,
      turn: this.#turn,
      declared: this.#declared,
      signal: this.#signal,
    };
  }

  #takeOver({ run, draws, turn, declared, signal }: HandedOver): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the same world, whose shape no schema here knows
    this.#run = run as EngineRun<W>;
    this.#draws = draws;
    this.#turn = turn;
    this.#declared = declared;
    this.#signal = signal;
  }

  #endRun(): void {
    this.#run?.course.close();
  }

  #combined(
    run: EngineRun<W>,
    actions: readonly TurnAction[],
    silent: readonly EventHandle[],
  ): Answer<readonly Combined[]> {
    const combining = new Combining(actions, [...silent, ...this.#inactive]);
    const returned = run.readable.holding(combining.frame, () =>
      run.asks(combining, () =>
        this.#draws.hook("combine", () => inTime("combine", () => this.combine(combining.shown))),
      ),
    );
    return after(returned, (given) => {
      const { combined, leftOut } = combining.outcome(given);
      if (!run.readable.tracker) return combined.map(({ action }) => ({ action, reads: NOTHING }));
      for (const { action, reads } of leftOut) run.actions.leaveOut(action, reads);
      return combined;
    });
  }

  #askIsActive(agentId: string): readonly EventHandle[] | undefined {
    const { readable, store } = this.#open();
    // That an agent is there is no news where nothing else is asked.
    const isAsked = this.isActive !== BaseEngine.prototype.isActive;
    if (!isAsked && store.world.agents[agentId] !== undefined) return NOTHING;
    const frame = readable.frame();
    const ask = () =>
      this.#draws.atOnce(
        "isActive",
        () => atOnce(`isActive of ${agentId}`, () => this.isActive(agentId)),
        agentId,
      );
    const isActive = readable.within(frame, ask);
    if (!isActive) {
      if (frame) this.#inactive.push(...frame.writes());
      return undefined;
    }
    return frame?.writes() ?? NOTHING;
  }

  #show(agentId: string, activity: readonly EventHandle[]): Answer<Shown> {
    const run = this.#open();
    const { tracker } = run.readable;
    const reads = tracker && new Reads(tracker, activity, agentId);
    const { world, others } = run.readable.shownTo(agentId, reads);
    const shown = () =>
      others && this.observe === BaseEngine.prototype.observe
        ? { me: world.agents[agentId], world: world.global, others }
        : this.observe(agentId, world);
    const observe = () =>
      run.asks(
        reads,
        () => this.#draws.hook("observe", () => inTime(`observe for ${agentId}`, shown), agentId),
        agentId,
      );
    return after(reads ? reads.showing(observe) : observe(), (given) => ({ shown: given, reads }));
  }

  #asking<T>(agentId: string, body: () => T): T {
    return this.#draws.atOnce("decide", body, agentId);
  }

  #duringDecisions<T>(body: () => Answer<T>): Answer<T> {
    const run = this.#open();
    run.areDecisionsOpen = true;
    return lasting(body, () => {
      run.areDecisionsOpen = false;
    });
  }

  #noting<T>(
    handle: EventHandle,
    body: (reads: Collecting | undefined) => Answer<T>,
  ): Answer<{ value: T; writes: readonly EventHandle[] }> {
    const { course, readable } = this.#open();
    const { noting } = readable;
    const frame = noting && new Frame();
    const fail = () => {
      if (!course.isOver) course.failing ??= [handle, ...(frame?.writes() ?? NOTHING)];
    };
    const look = () => (noting && frame ? noting.holding(frame, () => body(frame)) : body(undefined));
    const looked = failing(look, fail);
    return after(looked, (value) => ({ value, writes: frame?.writes() ?? NOTHING }));
  }

  #presenceOf(agentId: string): readonly EventHandle[] {
    const { noting } = this.#open().readable;
    if (!noting) return NOTHING;
    const frame = new Frame();
    noting.within(frame, () => noting.part(agentId).presence("", true));
    return frame.writes();
  }

  get #doing(): Causes | undefined {
    return this.#run?.course.failing ?? this.#run?.course.scope.cause;
  }

  get #stopCauses(): readonly EventHandle[] {
    return this.#run?.course.stop?.causes ?? [];
  }

  get #state(): World {
    return this.#running().store.world;
  }

  get #stateHash(): string {
    return this.#running().stateHash();
  }

  #lastWrites(): LastWrites | undefined {
    return this.#running().readable.tracker?.writes;
  }

  get #hasFailed(): boolean {
    return this.#running().course.failing !== undefined;
  }

  get #recorder(): StateRecorder {
    return this.#running().recorder;
  }

  /** A type of action: the schema of its payload, and what it does to the state. */
  protected action<Payload>(
    payload: ZodType<Payload>,
    effect: (draft: W, action: Action<Payload>) => unknown,
  ): ActionRule<W> {
    return actionRule(payload, effect);
  }

  /** A type of action that others take part in: one ACTION event that is part of each one's history. */
  protected interaction<Payload>(
    type: string,
    payload: ZodType<Payload>,
    partners: (action: Action<Payload>) => readonly string[],
    effect: (draft: W, action: Action<Payload>) => unknown,
  ): ActionRule<W> {
    return interactionRule(type, payload, partners, effect);
  }

  /**
   * A rule of the world: changes the state, with a DETAIL event of this name as the cause of the changes, recorded from STATE
   * on. It is caused by the turn, by all it reads, and by what the hook read before.
   */
  protected rule(name: string, effect: (draft: W) => unknown, options: RuleOptions = {}): void {
    this.#running().rule(name, effect, options);
  }

  /**
   * A piece of `beforeTurn` or `afterActions` with reads of its own: they count for the rules in it, and not for what comes
   * after. What it returns carries its reads out; what it leaves in a variable does so unseen. Where it is async, it has to be
   * awaited, and all its reads are carried out.
   *
   * @param key names the piece, so that its random numbers do not depend on how many pieces there were before
   */
  protected apart<T>(body: () => T): T;
  protected apart<T>(key: string, body: () => T): T;
  protected apart(key: string | (() => unknown), body?: () => unknown): unknown {
    const run = this.#running();
    if (typeof key !== "string") return run.apart(key, undefined);
    if (!body) throw new TypeError("apart takes a function");
    return run.apart(body, key);
  }

  /** For `observe`: an object whose members are worked out when they are looked at, so that only what they read counts. */
  protected view<Members extends Record<string, () => unknown>>(
    members: Members,
  ): { readonly [Key in keyof Members]: ReturnType<Members[Key]> };
  protected view(members: Record<string, () => unknown>): object {
    const view = {};
    for (const [key, get] of Object.entries(members)) {
      Object.defineProperty(view, key, { get, enumerable: true, configurable: true });
    }
    return view;
  }

  /**
   * Asks a language model, the config's `llm`: in `beforeTurn`, `observe`, `combine` and `afterActions`, which wait for the answer.
   * Each attempt is on record: caused by what the hook read so far, and behind whatever comes after it there. What the hook does not
   * await is broken off at its end. Where an `AskError` is let through, the run fails.
   *
   * @throws Error inside an effect or a rule, which have to be done at once: ask before, and use the answer there
   */
  protected ask<T = string>(question: Question<T>): Promise<Reply<T>> {
    return this.#running().ask(question);
  }

  /** Records the inside of a calculation; inside an effect, caused by the action or the rule. */
  protected detail(calculationType: string, intermediateValues: object, fields?: CommonFields): void {
    this.#running().detail(calculationType, intermediateValues, fields);
  }

  /** The world enters a phase; inside an effect, caused by the action or the rule. */
  protected phase(name: string, fields?: CommonFields): void {
    this.#running().phase(name, fields);
  }

  /**
   * The event that wrote a variable last, for `caused_by`; of the world's where no agent is named. What is read is a cause
   * without it: this is for what only the program knows.
   */
  protected lastWrite(variableName: string, agentId?: string): readonly EventHandle[] {
    const write = this.#running().recorder.lastWrite(variableName, agentId);
    return write ? [write] : [];
  }

  /** Inside an action's effect: it is not done, and the log says why. */
  protected refuse(reason: string): never {
    throw new ActionRefused(reason);
  }

  /** An agent's part of the state or of a draft. Inside an action's effect, one that is not there refuses the action. */
  protected agent<Part>(world: { readonly agents: Readonly<Record<string, Part>> }, agentId: string): Part {
    return world.agents[agentId] ?? this.refuse(`there is no agent ${JSON.stringify(agentId)}`);
  }

  /** Ends the run after this turn; inside an effect, because of the action or the rule, which has to be done for it. */
  protected stop(reason: string): void {
    this.#running().end(reason);
  }

  /**
   * Inside an effect or a rule: lets an agent come, with a part of the state. It decides from the next turn on, after those
   * that were there before. It comes only if the effect is done.
   */
  protected spawn(newcomer: Newcomer): void {
    this.#running().spawn(newcomer);
  }

  /** Inside an effect or a rule: lets an agent go for good, with its part of the state. What it still wanted to do is refused. */
  protected remove(agentId: string): void {
    this.#running().remove(agentId);
  }

  /** Lets an agent sit out, for so many turns or until it is resumed; inside an effect, if that is done. Its part of the state stays. */
  protected pause(agentId: string, turns?: number): void {
    this.#running().pause(agentId, turns);
  }

  /** Lets an agent that sits out decide again. */
  protected resume(agentId: string): void {
    this.#running().resume(agentId);
  }

  #ruleOf(actionType: string): ActionRule<W> | undefined {
    return Object.hasOwn(this.actions, actionType) ? this.actions[actionType] : undefined;
  }

  /** @throws Error where the run is over: a hook that nobody waits for any more leads to nothing */
  #open(): EngineRun<W> {
    const run = this.#running();
    run.course.checkOpen();
    return run;
  }

  #running(): EngineRun<W> {
    if (!this.#run) throw new Error("The engine is not running yet: its world begins with the run");
    return this.#run;
  }
}
