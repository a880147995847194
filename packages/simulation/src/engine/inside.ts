import type { Causes, EventHandle } from "@llm-sim/events";
import type { Intervention } from "@llm-sim/events/run";
import type { OfferedActions } from "../agent/index.ts";
import type { Answer } from "../answer/index.ts";
import type { Asking } from "../asking/index.ts";
import type { Assigned, OpenIntervention } from "../intervene/index.ts";
import type { Collecting, LastWrites, Reads } from "../observation/index.ts";
import type { Roster } from "../roster/index.ts";
import type { EmitScope, RunStream } from "../run-stream.ts";
import type { Sights } from "../sight/index.ts";
import type { DeclaredState } from "../variables/index.ts";
import type { World } from "../world/index.ts";
import type { EngineDraws } from "./engine-draws.ts";
import type { RunObserver, StateRecorder } from "./state-recorder.ts";

/** The registered symbol, not one of this module's: an engine may come with another copy of this package. */
export const INSIDE: unique symbol = Symbol.for("llm-sim.engine");

/** What a run begins with. */
export interface EngineBeginning {
  /** Is told of what happens from here on, at whatever verbosity. */
  observer?: RunObserver | undefined;
  /** Who is there. */
  roster?: Roster | undefined;
  /** What is asked of language models; without it nothing can be. */
  asking?: Asking | undefined;
  /** Aborts when the run is interrupted. */
  signal?: AbortSignal | undefined;
  /** Who sees what of the state, where that is said. */
  sights?: Sights | undefined;
  /** Where it goes on from a turn that is over, and nothing is told of the state: takes what wrote it. */
  goOn?: ((writes: LastWrites) => void) | undefined;
}

/** What an agent gets to see, and what notes what it reads of it. */
export interface Shown {
  shown: unknown;
  reads: Reads | undefined;
}

/** What is made otherwise in a turn. */
export interface TurnChange {
  intervention: OpenIntervention;
  assigned: readonly Assigned[];
}

/** What an engine gives up to the one that goes on with its run. */
export interface HandedOver {
  run: unknown;
  draws: EngineDraws;
  turn: number;
  declared: DeclaredState | undefined;
  signal: AbortSignal;
}

/** What an engine does for what runs it, and for nobody else. */
export interface EngineInside {
  /** What agents can do. */
  readonly offered: OfferedActions;
  /**
   * Makes the first state, before anything is recorded, and holds it to what the config declares; what the engine throws at it is
   * thrown by `begin`.
   *
   * @param state a checkpoint's, where the run goes on from one: it is as it was, and gets no defaults
   * @param asFromStart whether the engine makes its own first state all the same, as it did at the start
   * @throws StateVariableError
   */
  prepare(state?: World, declared?: DeclaredState, asFromStart?: boolean): World | undefined;
  /** What wrote the state last, where that is noted. */
  lastWrites(): LastWrites | undefined;
  /** Whether something failed that the engine's code has caught: what fails later is told of as that. */
  hasFailed(): boolean;
  /** Begins the run: emits one STATE for each variable. */
  begin(stream: RunStream, beginning?: EngineBeginning): void;
  /**
   * Which variables are meant that are to be set at the start of a turn.
   *
   * @throws InterventionError where there is no such variable, or it cannot have such a value
   */
  checkVariables(set: NonNullable<Intervention["set"]>, turn: number): Assigned[];
  /** @param change what is made otherwise in this turn, and which variables are assigned */
  beginTurn(turn: number, scope: EmitScope, change?: TurnChange): Answer<void>;
  /** Goes on with the run of another engine, of other params or other code: with its state, and all that was noted of it. */
  takeOver(before: EngineInside): void;
  /** What another engine needs to go on. */
  handOver(): HandedOver;
  setTurns(turns: number): void;
  /** The run is over: what still goes on of this engine can change and record nothing any more. */
  endRun(): void;
  /** Whether the agent decides: what was read to find out that it does, or `undefined`. */
  askIsActive(agentId: string): readonly EventHandle[] | undefined;
  /** What the agent is shown, and what notes what it reads. */
  show(agentId: string, activity: readonly EventHandle[]): Answer<Shown>;
  /** What the engine draws while an agent looks at what it was shown, in a getter say, is of a stream for this agent. */
  asking<T>(agentId: string, body: () => T): T;
  /** Agents decide until `body` is over. */
  duringDecisions<T>(body: () => Answer<T>): Answer<T>;
  /**
   * What `body` reads until it is over, as the events that wrote it. It gets where that is noted, if it is. Where it fails, that rests
   * on `handle` and what it read.
   */
  noting<T>(
    handle: EventHandle,
    body: (reads: Collecting | undefined) => Answer<T>,
  ): Answer<{ value: T; writes: readonly EventHandle[] }>;
  /** From which event it is known that an agent is there. */
  presenceOf(agentId: string): readonly EventHandle[];
  /** What the engine is about: where something failed, what that rested on; otherwise the turn. */
  doing(): Causes | undefined;
  /** What brought the end about, where the engine ended the run. */
  stopCauses(): readonly EventHandle[];
  /** The state itself, whose reading is nobody's. */
  state(): World;
  stateHash(): string;
  recorder(): StateRecorder;
}
