import type { BatchAnswer, BatchOutcome, BatchRun } from "@llm-sim/api";

export function batchRun(id: string, fields: Partial<BatchRun> = {}): BatchRun {
  return {
    id,
    settings: {},
    status: "completed",
    turns: 10,
    event_count: 100,
    dropped: 0,
    outcomes: [],
    end: [],
    ...fields,
  };
}

/** An answer about these runs, which are of the batch `sweep`. */
export function batchAnswer(runs: BatchRun[], fields: Partial<BatchAnswer> = {}): BatchAnswer {
  return {
    batch: {
      id: "sweep",
      name: "sweep",
      runs: runs.length,
      statuses: { completed: runs.length },
      seeds: `1..${runs.length}`,
      settings: [],
    },
    runs,
    end_variables: [],
    missing: [],
    missing_total: 0,
    missing_seeds: [],
    variables: [],
    variables_total: 0,
    outcomes: [],
    complete: true,
    gaps: [],
    ...fields,
  };
}

export const condition = (outcome: string, runs = 0): BatchAnswer["outcomes"][number] => ({
  outcome,
  kind: "condition",
  runs,
  became: 0,
  never: 0,
  unknown: 0,
});

export const turn = (at: number): BatchOutcome => ({ turn: at });
export const never: BatchOutcome = { never: true };
export const value = (one: number): BatchOutcome => ({ value: one });
export const unknown: BatchOutcome = { unknown: "There is no summary.json yet." };
