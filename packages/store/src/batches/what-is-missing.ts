import type { BatchAnswer } from "@llm-sim/api";
import { seedsText } from "@llm-sim/events/run";
import { canonicalJson } from "@llm-sim/events/state";
import type { BatchRunFacts } from "./batch-run.ts";
import { askedFor, shardsOf } from "./batch-summary.ts";

const MOST_NAMED = 100;

type Unfinished = NonNullable<BatchAnswer["shards"]>["unfinished"][number];

/** The runs that were asked for and are not there, by id, by settings, and by the shards that make them. */
export function whatIsMissing(
  id: string,
  runs: readonly BatchRunFacts[],
): Pick<BatchAnswer, "missing" | "missing_total" | "missing_seeds" | "shards"> {
  const asked = askedFor(id, runs);
  const there = new Map(runs.map((run) => [run.id, run.status]));
  const of = shardsOf(runs);
  const shards = new Map<number, Unfinished>();
  const seeds = new Map<string, { settings: BatchRunFacts["batch"]["settings"]; seeds: number[] }>();
  const missing: BatchAnswer["missing"] = [];
  let total = 0;
  for (const [runId, { seed, settings, shard }] of asked) {
    const status = there.get(runId);
    if (status === "completed") continue;
    if (shard !== undefined) {
      const none = { shard, missing: 0, interrupted: 0, failed: 0, running: 0 };
      const tally = shards.get(shard) ?? none;
      tally[status ?? "missing"]++;
      shards.set(shard, tally);
    }
    if (status !== undefined) continue;
    total++;
    if (missing.length < MOST_NAMED)
      missing.push({ id: runId, seed, settings, ...(shard !== undefined && { shard }) });
    const key = canonicalJson(settings);
    const same = seeds.get(key) ?? { settings, seeds: [] };
    same.seeds.push(seed);
    seeds.set(key, same);
  }
  return {
    missing,
    missing_total: total,
    missing_seeds: [...seeds.values()]
      .slice(0, MOST_NAMED)
      .map((one) => ({ settings: one.settings, runs: one.seeds.length, seeds: seedsText(one.seeds) })),
    ...(of !== undefined && {
      shards: { of, unfinished: [...shards.values()].toSorted((a, b) => a.shard - b.shard) },
    }),
  };
}
