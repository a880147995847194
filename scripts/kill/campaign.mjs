// Lives of runs at each size of a segment, on one seed; each life has a seed of its own, by which it can be lived again alone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { between, drawsFrom } from "../draws.mjs";
import { life, signalled } from "./lives.mjs";

export const SIZES = { "64KB": 64 * 1024, "1MB": 1024 ** 2, "500MB": 500 * 1024 ** 2 };

/** A life that went wrong, and how to live it again. */
export class Fault extends Error {
  constructor(seed, size, isSignalled, cause) {
    super(`life ${seed}, segments of ${size}${isSignalled ? ", ended by a signal" : ""}: ${cause.message}`, {
      cause,
    });
    this.again = `--life ${seed} --size ${size}${isSignalled ? " --signal" : ""}`;
  }
}

/**
 * @param alone one life again: its seed, size, and whether a signal ended it
 * @param kills how many at each size
 * @param signals how many in all, at one size after the other
 * @param events a session's at most
 * @returns what each kill cost, and what went wrong
 */
export async function campaign({
  seed,
  kills,
  signals,
  sizes = Object.keys(SIZES),
  say = () => {},
  events = 60_000,
  keep = false,
  alone = null,
}) {
  const home = await mkdtemp(join(tmpdir(), "llm-sim-kill-"));
  const costs = [];
  const faults = [];
  const sums = { runs: 0, torn: 0, sessionsLost: 0, signals: 0, signalled: 0 };
  const seeds = drawsFrom(seed);
  const lived = async (size, live) => {
    const own = alone?.seed ?? Math.floor(seeds() * 1_000_000_000);
    const id = `run-${own}`;
    const options = { home, id, size, limit: SIZES[size], draw: drawsFrom(own), events };
    try {
      return await live(options);
    } catch (error) {
      const fault = new Fault(own, size, live === signalled, error);
      faults.push(fault);
      say(fault.message);
      return undefined;
    } finally {
      sums.runs++;
      if (!keep) await rm(join(home, id), { recursive: true, force: true });
    }
  };
  let left = Number.POSITIVE_INFINITY;
  const liveOne = (options) => life({ ...options, kills: Math.min(left, between(options.draw, 1, 4)) });
  try {
    if (alone) {
      const done = await lived(alone.size, alone.isSignalled ? signalled : liveOne);
      costs.push(...(done?.costs ?? []));
      return { costs, faults, sums, home };
    }
    for (const size of sizes) {
      for (let killed = 0, tried = 0; killed < kills && tried < kills * 2; tried++) {
        left = kills - killed;
        const done = await lived(size, liveOne);
        killed += done?.costs.length ?? 1;
        if (!done) continue;
        costs.push(...done.costs);
        sums.torn += done.torn;
        sums.sessionsLost += done.sessionsLost;
        say(`${size}: ${killed} kills`);
      }
    }
    for (let sent = 0; sent < signals; sent++) {
      const done = await lived(sizes[sent % sizes.length], signalled);
      sums.signals++;
      sums.signalled += done?.events ?? 0;
    }
    return { costs, faults, sums, home };
  } finally {
    if (!keep) await rm(home, { recursive: true, force: true });
  }
}

/** One row for each size: kills, and the most that was lost. */
export function tableOf(costs) {
  const rows = Object.keys(SIZES).map((size) => {
    const those = costs.filter((cost) => cost.size === size);
    const most = (member) => Math.max(0, ...those.map((cost) => cost[member]));
    return [
      size,
      those.length,
      those.filter(({ missing }) => missing > 0).length,
      most("missing"),
      most("oldest").toFixed(1),
      most("starved").toFixed(1),
      most("atDisk").toFixed(1),
      most("own").toFixed(1),
    ];
  });
  const head = [
    "segments",
    "kills",
    "with loss",
    "events lost",
    "ms by the clock",
    "ms without a processor",
    "ms at the disk",
    "ms of ours",
  ];
  return [head, ...rows]
    .map((row) => row.map((cell, column) => String(cell).padStart(head[column].length)).join("  "))
    .join("\n");
}
