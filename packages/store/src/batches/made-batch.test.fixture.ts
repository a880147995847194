import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BatchPlan, batchRunId } from "@llm-sim/events/run";
import type { JsonValue } from "@llm-sim/events/schema";
import { onTestFinished } from "vitest";
import type { BatchRunFacts } from "./batch-run.ts";
import { factsIn } from "./read-summary.ts";

/** A run of a batch, as its files say it. */
export interface MadeRun {
  seed: number;
  settings?: Record<string, JsonValue>;
  /** Default: as many as the longest curve has. */
  turns?: number;
  /** By name as `fish` or `alice: wealth`, at the end of each turn from 0 on; `undefined` where it is not there. */
  curves?: Record<string, readonly (JsonValue | undefined)[]>;
  manifest?: Record<string, unknown>;
  summary?: Record<string, unknown> | string | null;
}

/** An output directory with the batch `sweep` in it, made of files alone. */
export function madeBatch(runs: readonly MadeRun[], planned?: BatchPlan): string {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-batch-"));
  onTestFinished(() => rmSync(output, { recursive: true, force: true }));
  for (const run of runs) addRun(output, run, planned);
  return output;
}

/** @returns the run's id */
export function addRun(output: string, run: MadeRun, planned?: BatchPlan): string {
  const { seed, settings = {}, curves = {}, manifest = {}, summary } = run;
  const id = batchRunId("sweep", seed, settings);
  const turns = run.turns ?? Math.max(0, ...Object.values(curves).map(({ length }) => length - 1));
  const directory = join(output, id);
  mkdirSync(directory, { recursive: true });
  const written = { emitted: 9, written: 9, dropped: 0, suppressed: 0, pending: 0 };
  writeFileSync(
    join(directory, "run.json"),
    JSON.stringify({
      format_version: 2,
      simulation_id: id,
      name: "sweep",
      seed,
      batch: { id: "sweep", name: "sweep", config_hash: "1f0c2a9b", settings, ...(planned && { planned }) },
      status: "completed",
      ended_by: "turns",
      verbosity: "STATE",
      start_time: "2026-11-26T10:00:00.000000Z",
      end_time: "2026-11-26T10:00:01.000000Z",
      counts: written,
      segments: [],
      ...manifest,
    }),
  );
  if (summary === null) return id;
  const text =
    typeof summary === "string" ? summary : JSON.stringify(summaryOf(id, turns, curves, summary ?? {}));
  writeFileSync(join(directory, "summary.json"), text);
  return id;
}

/** What would be read of such a run, without files. */
export function factsOf(run: MadeRun): BatchRunFacts {
  const { seed, settings = {}, curves = {} } = run;
  const id = batchRunId("sweep", seed, settings);
  const turns = run.turns ?? Math.max(0, ...Object.values(curves).map(({ length }) => length - 1));
  const summary = factsIn(summaryOf(id, turns, curves, {}), 0, 1);
  if (summary === undefined) throw new Error("The summary is none.");
  return {
    id,
    batch: { id: "sweep", name: "sweep", settings },
    seed,
    status: "completed",
    endedBy: "turns",
    endReason: undefined,
    startTime: undefined,
    endTime: undefined,
    lastTurn: turns,
    turns,
    eventCount: 0,
    dropped: 0,
    refusals: 0,
    failures: 0,
    curves: summary.curves,
    size: 0,
  };
}

function summaryOf(
  id: string,
  turns: number,
  curves: NonNullable<MadeRun["curves"]>,
  more: Record<string, unknown>,
): Record<string, unknown> {
  return {
    format_version: 2,
    simulation_id: id,
    turns,
    tried: { decisions: 4, failures: 1, actions: 3, refusals: 2 },
    refusals: [],
    failures: [],
    every_turns: 1,
    variables: Object.entries(curves).map(([name, values]) => {
      const [first = "", own] = name.split(": ");
      const points: JsonValue[][] = [];
      for (const [turn, value] of values.entries()) {
        const isNew = turn === 0 ? value !== undefined : value !== values[turn - 1];
        if (isNew) points.push(value === undefined ? [turn] : [turn, value]);
      }
      const last = values.at(-1);
      return {
        ...(own !== undefined && { agent_id: first }),
        variable: own ?? first,
        ...(last === undefined ? { gone: values.indexOf(undefined) } : { last }),
        writes: points.length,
        points,
      };
    }),
    ...more,
  };
}
