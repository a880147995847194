import type { RunDetails, RunSummary } from "@llm-sim/api";

/** A run as a list has it, with what more is known where it was asked by itself. */
export type ShownRun = RunSummary & Partial<Omit<RunDetails, keyof RunSummary>>;
