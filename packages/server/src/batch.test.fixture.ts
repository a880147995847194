import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A run of the batch `sweep`, made of files alone: its fish fall by a seed's number a turn, and its mood has a comma. */
export function writeBatchRun(outputDir: string, seed: number): void {
  const id = `sweep-s${seed}`;
  const directory = join(outputDir, id);
  mkdirSync(directory);
  const manifest = {
    simulation_id: id,
    batch: { id: "sweep", name: "sweep", settings: {} },
    seed,
    status: "completed",
    ended_by: "turns",
    verbosity: "STATE",
    start_time: "2026-11-26T10:00:00.000000Z",
    counts: { emitted: 1, written: 1, dropped: 0, suppressed: 0, pending: 0 },
    segments: [],
  };
  const fish = [0, 1, 2].map((turn) => [turn, 9 - turn * seed]);
  const summary = {
    format_version: 2,
    simulation_id: id,
    turns: 2,
    every_turns: 1,
    tried: { decisions: 0, failures: 0, actions: 0, refusals: 0 },
    refusals: [],
    failures: [],
    variables: [
      { variable: "fish", last: 9 - 2 * seed, writes: 3, points: fish },
      { variable: "mood", last: "a,b", writes: 1, points: [[0, "a,b"]] },
    ],
  };
  writeFileSync(join(directory, "run.json"), JSON.stringify(manifest));
  writeFileSync(join(directory, "summary.json"), JSON.stringify(summary));
}
