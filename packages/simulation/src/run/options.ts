import type { EventStreamOptions, StreamStats } from "@llm-sim/events";
import type { Curves, EndedBy, Intervention, RunBatch, RunLoss, Tried } from "@llm-sim/events/run";
import type { VerbosityLevel } from "@llm-sim/events/schema";
import type { CallTotals, Models, ModelsPlan } from "../asking/index.ts";
import type { Checkpoint, KeptRun } from "../checkpoint.ts";
import type { NumberedHandles } from "../handles/index.ts";
import type { RunStream } from "../run-stream.ts";
import type { AlongLog } from "./along-log.ts";
import type { Simulation } from "./simulation.ts";

export interface RunOptions {
  /** Where runs lie. Default `output`. */
  outputDir?: string | undefined;
  /** The run's id, and its directory's name. Default: the simulation's name and the time. */
  simulationId?: string | undefined;
  /** Instead of what the config says. */
  verbosity?: VerbosityLevel | undefined;
  /**
   * Where events go: to files (the default); nowhere (`"off"`), to measure what recording costs; or to a stream of
   * one's own making.
   */
  stream?: "file" | "off" | ((options: EventStreamOptions) => Promise<RunStream>) | undefined;
  /** Ends the run as `interrupted` when it aborts. */
  signal?: AbortSignal | undefined;
  /** End the run as `interrupted` on SIGINT, SIGTERM and SIGHUP. Default true; false leaves them to the host. */
  signals?: boolean | undefined;
  /**
   * A condition on the state, as `@llm-sim/events/watch` reads it (`*.wealth < 0 and turn > 3`): the run ends, as completed,
   * with the turn in which it became true, or before the first turn where it is true from the start. Works at every
   * verbosity.
   */
  breakWhen?: string | undefined;
  /**
   * Told, in one line, of what may not be meant so (that `breakWhen` names a variable nothing has), and of what goes wrong with the
   * recording, once and when it happens: that the disk takes no more events. Default for the latter: a warning of the process.
   */
  onWarning?: ((message: string) => void) | undefined;
  /** Called after each turn. */
  onTurn?: ((progress: TurnProgress) => void) | undefined;
  /** The batch that the run is part of. */
  batch?: RunBatch | undefined;
  /** Who answers what is asked of language models. Default: what the simulation's `llm` says, where it says something. */
  models?: Models | undefined;
  /** Go on from a checkpoint: turn 0 carries its state, the first turn is the next. */
  from?: Checkpoint | undefined;
  /** @internal For a run that is played again. */
  again?: PlayedAgain | undefined;
}

/** How a run is played again. */
export interface PlayedAgain {
  /** What is made otherwise, at most one for each turn. */
  interventions?: readonly Intervention[] | undefined;
  /** Of whom answers are taken before, or instead of, a model, and what was spent on the run before. */
  models?: Pick<ModelsPlan, "source" | "spent"> | undefined;
  /** As what it goes on from the start of a turn, where its config is another from then on. */
  changes?: readonly SimulationChange[] | undefined;
  /** Called when it goes on so, before anything of that turn is done. */
  onChange?: ((change: SimulationChange) => Promise<void>) | undefined;
  /** The log that it is played along. */
  log?: AlongLog | undefined;
  /** The turns of it that are not played: it goes on from behind them. */
  skipped?: SkippedTurns | undefined;
}

/** The first turns of a run that is played again, in place of which a checkpoint and the log tell what came of them. */
export interface SkippedTurns {
  checkpoint: Checkpoint;
  kept: KeptRun;
  /** What the log said of the state, once it is open. */
  curves: Curves;
  handles: NumberedHandles;
}

/** Another simulation of the same agents, with the same state. */
export interface SimulationChange {
  turn: number;
  simulation: Simulation;
  /** What is made anew for it: the rest goes on. */
  anew: { engine: boolean; validator: boolean; agents: ReadonlySet<string> };
}

export interface TurnProgress {
  /** The simulation's. */
  name: string;
  turn: number;
  turns: number;
  /** Counts so far: emitted, written, dropped … */
  stats: StreamStats;
}

/** Where a condition became true. */
export type BreakHit = {
  expression: string;
  /** 0: the set-up. */
  turn: number;
  /** For whom, where the expression has a wildcard. */
  agent_id?: string;
  /** The write that made it true or, where that is not recorded, what led to it; absent where nothing is recorded. */
  event_id?: string;
};

/** What agents tried, and what came of it. */
export interface TroublesSummary extends Tried {
  /** Where nothing worked, for all or for some agents: who, the commonest reason and what to do, one line each. */
  messages: string[];
}

export interface RunResult {
  simulation_id: string;
  name: string;
  seed: number;
  status: "completed" | "failed" | "interrupted";
  /** What brought it to its end. An `error` that interrupted it: an agent was waited for that could never answer. */
  ended_by: EndedBy;
  /** Turns that were completed in this run. */
  turns: number;
  /** Why it ended before its last turn. */
  reason?: string | undefined;
  /** Where `breakWhen` ended it. */
  broke_at?: BreakHit | undefined;
  /** What agents tried, and what came of it. */
  troubles: TroublesSummary;
  /** The run's directory, where it has one. */
  directory: string | undefined;
  /** What was asked of language models, and what that took; absent where nothing was. */
  calls?: CallTotals | undefined;
  /** What of the run is not in its log, as run.json says it; absent where the log is whole. */
  loss?: RunLoss | undefined;
  /** emitted, written, dropped, suppressed, by kind, bytes, segments. */
  stats: StreamStats;
  duration_ms: number;
}
