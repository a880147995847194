// Makes the batch whose page is measured, once: files alone, without logs, as its page asks for nothing else.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FORMAT = 1; // count up when the generator changes
const RATES = [0.02, 0.04];

/** A finished batch of `runs` runs of `turns` turns, of which a part collapses; the directory it lies in, and its id. */
export function benchmarkBatch(runs, turns) {
  const output = join(tmpdir(), `llm-sim-bench-batch-${FORMAT}-${runs}-${turns}`);
  const id = "sweep-1f0c2a9b";
  if (existsSync(join(output, "complete"))) return { output, id };
  rmSync(output, { recursive: true, force: true });
  const random = generator(7);
  for (let run = 0; run < runs; run++) {
    const seed = Math.floor(run / RATES.length) + 1;
    const settings = { "engine.params.rate": RATES[run % RATES.length] };
    const name = `${id}-s${seed}-${run % RATES.length}a1b2c`;
    const directory = join(output, name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "run.json"), JSON.stringify(manifest(name, seed, settings)));
    writeFileSync(join(directory, "summary.json"), JSON.stringify(summary(name, turns, random)));
  }
  writeFileSync(join(output, "complete"), "");
  return { output, id };
}

function manifest(id, seed, settings) {
  return {
    format_version: 2,
    simulation_id: id,
    name: "sweep",
    seed,
    batch: { id: "sweep-1f0c2a9b", name: "sweep", config_hash: "1f0c2a9b", settings },
    status: "completed",
    ended_by: "turns",
    verbosity: "STATE",
    start_time: "2026-11-26T10:00:00.000000Z",
    end_time: "2026-11-26T10:00:01.000000Z",
    counts: { emitted: 9, written: 9, dropped: 0, suppressed: 0, pending: 0 },
    segments: [],
  };
}

/** A stock that four agents take from: from some turn on it collapses in every third run. */
function summary(id, turns, random) {
  const collapse = random() < 0.35 ? 20 + Math.floor(random() * 60) : Number.POSITIVE_INFINITY;
  const agents = ["alice", "bob", "carol", "dave"];
  const curves = new Map([
    ["fish", walk(turns, 500, (turn) => (turn > collapse ? -12 : 0.4), random)],
    ["price", walk(turns, 10, (turn) => (turn > collapse ? 0.2 : 0), random)],
    ["regrown", walk(turns, 90, () => 0, random)],
  ]);
  const own = agents.map((agent) => [agent, walk(turns, 100, () => 0.8 * random(), random)]);
  return {
    format_version: 2,
    simulation_id: id,
    turns,
    tried: { decisions: 4 * turns, failures: 0, actions: 4 * turns, refusals: Math.floor(random() * 9) },
    refusals: [],
    failures: [],
    every_turns: 1,
    variables: [
      ...[...curves].map(([variable, points]) => ({ variable, ...told(points) })),
      ...own.map(([agent_id, points]) => ({ agent_id, variable: "wealth", ...told(points) })),
    ],
  };
}

function told(points) {
  const values = points.map(([, value]) => value);
  return {
    first: values[0],
    last: values.at(-1),
    least: Math.min(...values),
    greatest: Math.max(...values),
    writes: points.length,
    points,
  };
}

function walk(turns, start, drift, random) {
  let value = start;
  return Array.from({ length: turns + 1 }, (_, turn) => {
    value = Math.max(0, value + drift(turn) + (random() - 0.5) * start * 0.05);
    return [turn, Math.round(value * 100) / 100];
  });
}

/** Lehmer's, so that every machine measures the same batch. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
