import type { EventHandle } from "@llm-sim/events";
import type { SystemStatus } from "@llm-sim/events/schema";
import type { Attempt, CallDetails, Coordinate } from "@llm-sim/events/tape";
import type { Question, Reply } from "./question.ts";

/** What an attempt's event says. */
export interface AttemptReport {
  status: Extract<SystemStatus, "success" | "retry" | "failure">;
  /** Why the attempt did not give what was asked. */
  error_type?: string | undefined;
  description: string;
  details: CallDetails;
}

/** One question of somebody in a run: what it is told apart by, and how it gets on record. */
export interface Call {
  /** Without the attempt. */
  coordinate: Omit<Coordinate, "attempt">;
  /** Aborts when nobody waits for the answer any more; its reason says why (`BrokenOff`). */
  signal: AbortSignal;
  /**
   * Puts an attempt on the tape and then on record, caused by the attempt before it, the first by what was read. Nothing is asked
   * again, and nobody is answered, before it has resolved.
   */
  record(attempt: Attempt, report: AttemptReport): Promise<EventHandle>;
  /** Records something about the call that is no attempt: another model than the one asked has answered, say. */
  warn(error_type: string, description: string, details: object, options?: WarnOptions): void;
}

export interface WarnOptions {
  /** It is on record alone: whoever runs the simulation is not told at once, as it may well be meant so. */
  isQuiet?: boolean | undefined;
}

/** What stands behind `ask`: language models, or a tape of what they answered. One for each run. */
export interface Models {
  /** @throws AskError */
  ask<T>(question: Question<T>, call: Call): Promise<Reply<T>>;
  /** Answers come from a tape alone: no clock decides then what came of a question, or whether a decision took too long. */
  readonly isPlaying?: boolean | undefined;
  /** Whether the budget is spent: the run ends with its turn. */
  readonly isSpent: boolean;
  /** Why the run cannot go on as it is set up: it fails with its turn. */
  readonly failure?: Error | undefined;
  /** What was spent so far, in this run and in those that it goes on with. */
  readonly spent: { tokens: number; usd: number };
  /** What the run's result says of the calls; absent where there were none. */
  totals(): CallTotals | undefined;
}

export interface CallTotals {
  calls: number;
  /** Of a tape: those that nobody was asked for. */
  from_tape: number;
  tokens: number;
  /** Of the calls whose price is known. */
  usd: number;
  /** What those from the tape would have cost. */
  saved_usd: number;
}
