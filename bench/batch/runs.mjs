// A batch's runs as files, without running a simulation a thousand times: run.json and summary.json as a run of a fishery leaves them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { batchRunId } from "../../packages/events/dist/run/index.js";

const BOATS = 4;

/** Numbers by lot, the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Writes `runs` runs of `turns` turns into `output`: one in three collapses from turn 60 on, as its boats were greedy in turn 20. Each has
 * ten variables that change in every turn. A later call changes as many runs as it is given seeds.
 */
export function writeBatch(output, { runs, turns, shares = [0.05, 0.1] }) {
  const planned = {
    seeds: `1..${runs / shares.length}`,
    settings: [{ path: "agents.boat.params.share", values: shares }],
  };
  for (const share of shares)
    for (let seed = 1; seed <= runs / shares.length; seed++)
      writeRun(output, { seed, settings: { "agents.boat.params.share": share }, turns, planned });
}

export function writeRun(output, { seed, settings, turns, planned }) {
  const id = batchRunId("fishery-1f0c2a9b", seed, settings);
  const directory = join(output, id);
  mkdirSync(directory, { recursive: true });
  const random = generator(seed * 7919 + JSON.stringify(settings).length);
  const greedy = seed % 3 === 0;
  const curve = (at) => Array.from({ length: turns + 1 }, (_, turn) => [turn, round(at(turn))]);
  const curves = [
    {
      variable: "fish",
      points: curve((turn) => (greedy && turn >= 60 ? random() * 5 : 700 + random() * 100)),
    },
    { variable: "regrown", points: curve(() => random() * 80) },
    ...Array.from({ length: BOATS }, (_, boat) => [
      { agent_id: `boat-${boat + 1}`, variable: "caught", points: curve((turn) => turn * (1 + random())) },
      {
        agent_id: `boat-${boat + 1}`,
        variable: "effort",
        points: curve((turn) => (greedy && turn >= 20 ? 8 : 2) + random()),
      },
    ]).flat(),
  ];
  const started = Date.UTC(2026, 10, 26) + seed * 1000;
  writeFileSync(
    join(directory, "run.json"),
    JSON.stringify(manifestOf({ id, seed, settings, planned, started })),
  );
  writeFileSync(join(directory, "summary.json"), summaryText(id, turns, curves));
  writeFileSync(join(directory, "events.jsonl"), `${JSON.stringify(endOf(id, turns, started))}\n`);
}

function manifestOf({ id, seed, settings, planned, started }) {
  const counts = { emitted: 4000, written: 4000, dropped: 0, suppressed: 0, pending: 0 };
  return {
    format_version: 2,
    simulation_id: id,
    name: "fishery",
    config: {
      simulation: { name: "fishery", turns: 200 },
      engine: { type: "./fishery.ts", params: { growth: 0.4 } },
      agents: Array.from({ length: BOATS }, (_, boat) => ({
        name: `boat-${boat + 1}`,
        type: "./boats.ts",
        params: settings,
      })),
    },
    seed,
    batch: { id: "fishery-1f0c2a9b", name: "fishery", config_hash: "1f0c2a9b", settings, planned },
    status: "completed",
    ended_by: "turns",
    verbosity: "STATE",
    start_time: new Date(started).toISOString().replace("Z", "000Z"),
    end_time: new Date(started + 900).toISOString().replace("Z", "000Z"),
    counts,
    segments: [],
  };
}

function summaryText(id, turns, curves) {
  const tried = { decisions: turns * BOATS, failures: 0, actions: turns * BOATS, refusals: 3 };
  const head = JSON.stringify({ format_version: 2, simulation_id: id, turns, tried });
  const variables = curves.map(({ points, ...variable }) => {
    const values = points.map(([, value]) => value);
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    return JSON.stringify({
      ...variable,
      first: values[0],
      last: values.at(-1),
      least,
      least_turn: values.indexOf(least),
      greatest,
      greatest_turn: values.indexOf(greatest),
      writes: points.length,
      points,
    });
  });
  return `${head.slice(0, -1)},\n"refusals":[],\n"failures":[],\n"every_turns":1,\n"variables":[\n${variables.join(",\n")}\n]}\n`;
}

function endOf(id, turns, started) {
  return {
    event_id: "01KAR8B1C0A1B2C000000000F7",
    timestamp: new Date(started + 900).toISOString().replace("Z", "000Z"),
    turn_number: turns,
    event_type: "MILESTONE",
    simulation_id: id,
    description: "Simulation ended",
    milestone_type: "simulation_end",
  };
}

function round(value) {
  return Math.round(value * 100) / 100;
}
