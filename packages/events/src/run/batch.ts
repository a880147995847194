import { createHash } from "node:crypto";
import * as z from "zod";
import { canonicalJson, jsonValueSchema } from "../schema/index.ts";

/** What a sweep was asked for: one run for each of its seeds and each combination of its settings. */
export const batchPlanSchema = z.looseObject({
  seeds: z.string().meta({ description: "as `--seeds` takes them: `1..30`, `1,2,5`" }),
  settings: z
    .array(z.looseObject({ path: z.string(), values: z.array(jsonValueSchema).min(1) }))
    .meta({ description: "what `--set` was given, in that order" }),
});
export type BatchPlan = z.infer<typeof batchPlanSchema>;

const describedSchema = z.looseObject({
  id: z.string(),
  name: z.string().meta({ description: "the simulation's, or what `--id` gave in its place" }),
  config_hash: z
    .string()
    .optional()
    .meta({ description: "of the config without its seed and what the settings set; absent of older runs" }),
  settings: z
    .record(z.string(), jsonValueSchema)
    .meta({ description: "what was set otherwise in this run, by path" }),
  planned: batchPlanSchema
    .optional()
    .catch(undefined)
    .meta({ description: "all that was asked for when this run was made" }),
  shards: z
    .int()
    .min(1)
    .optional()
    .catch(undefined)
    .meta({ description: "into how many shards the batch was divided; absent where it was not" }),
});

/** `run.json`'s `batch`: which runs were made to be seen together. Older runs have its id alone. */
export const runBatchSchema = z.preprocess(
  (value) => (typeof value === "string" ? { id: value, name: value, settings: {} } : value),
  describedSchema,
);
export type RunBatch = z.infer<typeof runBatchSchema>;

/** Characters of the hash of a run's settings that its id has. */
const SETTINGS_HASH = 6;

/** The id of a batch's run: the same whoever makes it and whenever, so that a sweep can be extended. */
export function batchRunId(batch: string, seed: number, settings: RunBatch["settings"]): string {
  const hash = createHash("sha256").update(canonicalJson(settings)).digest("hex").slice(0, SETTINGS_HASH);
  return `${batch}-s${seed}${Object.keys(settings).length === 0 ? "" : `-${hash}`}`;
}

/** One of the equal parts in which the runs of a batch are made apart: `index` from 1 to `of`. */
export interface Shard {
  index: number;
  of: number;
}

/** Which of so many shards makes a run: they are dealt out in turn, in the order of the plan. @param place of the run in it, from 0 */
export function shardOfPlace(place: number, shards: number): number {
  return (place % shards) + 1;
}

/** Seeds as `--seeds` takes them, ascending: `1..30,35`. */
export function seedsText(seeds: Iterable<number>): string {
  const stretches: [from: number, to: number][] = [];
  for (const seed of [...new Set(seeds)].toSorted((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last?.[1] === seed - 1) last[1] = seed;
    else stretches.push([seed, seed]);
  }
  return stretches
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}..${to}`))
    .join(",");
}

/** One run that a plan asks for. */
export type PlannedRun = Pick<RunBatch, "settings"> & { seed: number };

/** Every run that a plan asks for, the seeds changing fastest; of a plan in other words than `seedsText`'s, or an endless one, none. */
export function* plannedRuns({ seeds, settings }: BatchPlan, most = 100_000): Generator<PlannedRun> {
  const all = seedsIn(seeds, most);
  let combinations: RunBatch["settings"][] = [{}];
  for (const { path, values } of settings) {
    if (combinations.length * values.length * all.length > most) return;
    combinations = combinations.flatMap((before) => values.map((value) => ({ ...before, [path]: value })));
  }
  for (const combination of combinations) for (const seed of all) yield { seed, settings: combination };
}

function seedsIn(text: string, most: number): number[] {
  const all: number[] = [];
  for (const stretch of text.split(",")) {
    const [, first, last = first] = /^(-?\d{1,16})(?:\.\.(-?\d{1,16}))?$/.exec(stretch) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to - from + all.length >= most) return [];
    for (let seed = from; seed <= to; seed++) all.push(seed);
  }
  return all;
}
