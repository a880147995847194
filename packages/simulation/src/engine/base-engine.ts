import type { Causes, CommonFields, EventHandle } from "@llm-sim/events";
import type { JsonObject } from "@llm-sim/events/schema";
import type { Immutable } from "immer";
import type { ZodType } from "zod";
import { atOnce } from "../failure/index.ts";
import type { Random } from "../random/index.ts";
import type { EmitScope, RunStream } from "../stream/index.ts";
import { shapedAs, type World } from "../world/index.ts";
import {
  type ActionRule,
  type AppliedAction,
  actionRule,
  interactionRule,
  type TurnAction,
} from "./action-rule.ts";
import { EngineRun, type RuleOptions } from "./engine-run.ts";
import { ActionRefused } from "./refusal.ts";
import type { RunObserver, StateRecorder } from "./state-recorder.ts";

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
  /** The run's own stream of random numbers. */
  random: Random;
  turns: number;
}

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
  /** The run's last turn, as configured. */
  protected readonly turns: number;
  readonly #agents: readonly AgentSeed[];
  #run: EngineRun<W> | undefined;
  #turn = 0;
  #stopReason: string | undefined;

  constructor(setup: EngineSetup<Params>) {
    this.params = setup.params;
    this.random = setup.random;
    this.turns = setup.turns;
    this.#agents = setup.agents;
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
   * What an agent gets to see. Hand out pieces of `world`, and getters for single values, so that it is known what the
   * agent read; values that are copied or worked out count as read together, once one of them is.
   */
  observe(agentId: string, world: Immutable<W>): unknown {
    return { me: world.agents[agentId], world: world.global };
  }

  /** Before the agents look: `this.rule(…)` for what happens first. */
  beforeTurn(): void {}

  /** Makes of several agents' actions one, where they belong together. They are applied in the order returned. */
  combine(actions: readonly TurnAction[]): readonly TurnAction[] {
    return actions;
  }

  /** After the actions: `this.rule(…)` for what happens by itself, `this.phase(…)`, `this.stop(…)`. */
  afterActions(): void {}

  /** The state as it stands. */
  get world(): Immutable<W> {
    return this.#running().store.world;
  }

  /** The turn that is running, 0 before the first. */
  get turn(): number {
    return this.#turn;
  }

  /** Why the engine ended the run before its last turn. */
  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  /**
   * @internal Begins the run: emits one STATE for each variable. `state` is a checkpoint's, where the run goes on from
   * one; `observer` is told of what happens from here on, at whatever verbosity.
   */
  begin(stream: RunStream, state?: World, observer?: RunObserver): void {
    const begun = state ? shapedAs<W>(state) : atOnce("initialState", () => this.initialState(this.#agents));
    this.#run = new EngineRun(stream, begun, observer);
  }

  /** @internal */
  beginTurn(turn: number, scope: EmitScope): void {
    this.#turn = turn;
    this.#running().scope = scope;
    atOnce("beforeTurn", () => this.beforeTurn());
  }

  /** Applies the actions in order, then lets happen what happens by itself. */
  runTurn(actions: readonly TurnAction[]): void {
    const run = this.#running();
    const combined = atOnce("combine", () => this.combine(actions));
    for (const action of combined) run.apply(action, this.#ruleOf(action.action_type));
    atOnce("afterActions", () => this.afterActions());
  }

  /** @internal What the engine is about: the decision behind the action it applies, otherwise the turn. */
  get doing(): Causes | undefined {
    return this.#run?.deciding ?? this.#run?.scope.cause;
  }

  /** @internal */
  get stateHash(): string {
    return this.#running().stateHash();
  }

  /** @internal */
  get recorder(): StateRecorder {
    return this.#running().recorder;
  }

  /** A type of action: the schema of its payload, and what it does to the state. */
  protected action<Payload>(
    payload: ZodType<Payload>,
    effect: (draft: W, action: AppliedAction<Payload>) => unknown,
  ): ActionRule<W> {
    return actionRule(payload, effect);
  }

  /** A type of action that others take part in: one ACTION event that is part of each one's history. */
  protected interaction<Payload>(
    type: string,
    payload: ZodType<Payload>,
    partners: (action: AppliedAction<Payload>) => readonly string[],
    effect: (draft: W, action: AppliedAction<Payload>) => unknown,
  ): ActionRule<W> {
    return interactionRule(type, payload, partners, effect);
  }

  /**
   * A rule of the world: changes the state, with a DETAIL event of this name as the cause of the changes. At coarser
   * verbosity the turn stands in for it, and each change names the rule in `details.rule`.
   */
  protected rule(name: string, effect: (draft: W) => unknown, options: RuleOptions = {}): void {
    this.#running().rule(name, effect, options);
  }

  /** Records the inside of a calculation; inside an effect, caused by the action or the rule. */
  protected detail(calculationType: string, intermediateValues: object, fields?: CommonFields): void {
    this.#running().detail(calculationType, intermediateValues, fields);
  }

  /** The world enters a phase; inside an effect, caused by the action or the rule. */
  protected phase(name: string, fields?: CommonFields): void {
    this.#running().phase(name, fields);
  }

  /** The event that wrote a variable last, for `caused_by`; of the world's where no agent is named. */
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

  /** Ends the run after this turn. */
  protected stop(reason: string): void {
    this.#stopReason = reason;
  }

  #ruleOf(actionType: string): ActionRule<W> | undefined {
    return Object.hasOwn(this.actions, actionType) ? this.actions[actionType] : undefined;
  }

  #running(): EngineRun<W> {
    if (!this.#run) throw new Error("The engine is not running yet: its world begins with the run");
    return this.#run;
  }
}
