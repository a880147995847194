import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type BatchPlan,
  batchRunId,
  type RunBatch,
  type RunManifest,
  readManifest,
  seedsText,
  shardOfPlace,
} from "@llm-sim/events/run";
import { type JsonObject, jsonObjectSchema, simulationIdSchema } from "@llm-sim/events/schema";
import type { CommonConfig, LoadedModule, Simulation } from "@llm-sim/simulation";
import type { AskedShard } from "../arguments/index.ts";
import type { CommandContext } from "../context/index.ts";
import { wrongCall } from "../failure/index.ts";
import { configFile } from "./config-file.ts";
import type { Job } from "./plan.ts";
import { type BatchShard, shardOfBatch } from "./shard-of-batch.ts";

/** A run of a batch, by the id that it has whoever makes it. */
export interface BatchJob extends Job {
  id: string;
  batch: RunBatch;
  /** The code that it is made with now. */
  modules: readonly LoadedModule[];
}

export interface BatchPlanning {
  config: string;
  jobs: readonly Job[];
  output: string;
  /** The batch's, instead of the simulation's name and a hash of what its runs have in common. */
  id?: string | undefined;
  breakWhen?: string | undefined;
  /** Whether runs that are there and were made by other code, or failed, are made again. */
  again: boolean;
  /** Which part of the runs is made. Default: all. */
  shard?: AskedShard | undefined;
}

/** What is to be made of a batch. */
export interface PlannedBatch {
  batchId: string;
  /** Those of the shard, where there is one. */
  jobs: BatchJob[];
  /** Runs of the batch. */
  total: number;
  shard: BatchShard | undefined;
}

/**
 * Names the batch and its runs. All that can be known to be wrong is said before anything runs: settings that the config does not
 * take, a batch of that id with another config, runs that other code has made.
 *
 * @throws ConfigError; and a wrong call, in words
 */
export async function planBatch(
  { cwd, env }: CommandContext,
  { config, jobs, output, id, breakWhen, again, shard: asked }: BatchPlanning,
): Promise<PlannedBatch> {
  const { commonConfig, loadConfig, nameSlug, recordedConfig, sharedFolder } = await import(
    "@llm-sim/simulation"
  );
  const simulations = new Map<string, Simulation>();
  for (const { overrides, settings } of jobs) {
    const key = JSON.stringify(settings);
    // One for each combination of settings: seeds cannot make a config wrong.
    if (!simulations.has(key)) simulations.set(key, await loadConfig(configFile(cwd, config), { overrides }));
  }
  const all = [...simulations.values()];
  const [unseeded] = jobs;
  if (asked && unseeded?.seed === undefined) {
    // Where the config names no seed, another one is drawn each time.
    const { seed } = await loadConfig(configFile(cwd, config), { overrides: unseeded?.overrides ?? [] });
    if (seed !== all[0]?.seed)
      throw wrongCall(
        "--shard: the config names no seed, and one that is drawn is another in each shard: name the seeds with --seeds.",
      );
  }
  const paths = Object.keys(jobs[0]?.settings ?? {});
  const ends: JsonObject = breakWhen === undefined ? {} : { break_when: breakWhen };
  const common = commonConfig(
    all.map((simulation) => ({ ...recordedConfig(simulation), ...ends })),
    paths,
  );
  const name = id ?? all[0]?.name ?? "";
  const batchId = id ?? `${nameSlug(name)}-${common.hash}`;
  const named = jobs.map((job): BatchJob => {
    const simulation = simulations.get(JSON.stringify(job.settings));
    const seed = job.seed ?? simulation?.seed ?? 0;
    const settings = { ...job.settings };
    return {
      ...job,
      id: batchRunId(batchId, seed, settings),
      seed,
      overrides: [...job.overrides, { path: "simulation.seed", value: seed, source: `--seeds ${seed}` }],
      batch: { id: batchId, name, config_hash: common.hash, settings },
      modules: simulation?.modules ?? [],
    };
  });
  refuseIds(named);
  const folder = resolve(cwd, output);
  refuseOtherConfig(folder, batchId, { output, common });
  const shared = {
    folder: sharedFolder(folder, batchId),
    shown: sharedFolder(output, batchId),
    batch: batchId,
  };
  const shard = asked && (await shardOfBatch({ env }, asked, shared));
  const own = shard ? named.filter((_, place) => shardOfPlace(place, shard.of) === shard.index) : named;
  for (const job of own) refuseOther(folder, job, { output, common, again });
  const planned = planOf(named);
  const recorded = { ...(planned && { planned }), ...(shard && { shards: shard.of }) };
  return {
    batchId,
    jobs: own.map((job) => ({ ...job, batch: { ...job.batch, ...recorded } })),
    total: named.length,
    shard,
  };
}

function refuseIds(jobs: readonly BatchJob[]): void {
  const settings = new Map<string, string>();
  for (const { id, label, batch } of jobs) {
    if (!simulationIdSchema.safeParse(id).success) {
      throw wrongCall(
        `${JSON.stringify(id)} is no run id: --id takes letters, digits, ".", "_" and "-", the first a letter or digit, and leaves room for the seed and a hash of the settings.`,
      );
    }
    if (settings.has(id))
      throw wrongCall(
        settings.get(id) === JSON.stringify(batch.settings)
          ? `Two runs would be the same (${label}): --set names a path, or a value of it, twice.`
          : `Two runs would have the id ${id}, as the hashes of their settings are the same: make two batches of it.`,
      );
    settings.set(id, JSON.stringify(batch.settings));
  }
}

interface Held {
  /** As it was given. */
  output: string;
  common: CommonConfig;
}

function refuseOther(
  folder: string,
  { id, batch, modules }: BatchJob,
  { output, common, again }: Held & { again: boolean },
): void {
  const manifest = readManifest(join(folder, id));
  if (manifest === undefined) return;
  if (manifest.batch?.id !== batch.id)
    throw wrongCall(
      `There is a run ${id} in ${output} that is of no batch ${batch.id}: choose another --id.`,
    );
  refuseConfig(manifest, { output, common });
  if (again || manifest.status === "failed") return;
  const other = otherCode(manifest, modules);
  if (other !== undefined)
    throw wrongCall(
      `${id} in ${output} was made by other code than today's (${other} is not the same): --again makes such runs anew and keeps what is there, --id names another batch.`,
    );
}

/** Of a module that has changed, or is new or gone; `undefined` where the code is the same. */
export function otherCode(
  { modules: recorded = [] }: Pick<RunManifest, "modules">,
  modules: readonly LoadedModule[],
): string | undefined {
  const then = new Map(recorded.map(({ path, sha256 }) => [path, sha256]));
  const now = new Map(modules.map(({ path, sha256 }) => [path, sha256]));
  return [...new Set([...then.keys(), ...now.keys()])].find((path) => then.get(path) !== now.get(path));
}

/** Of the batch's runs that are not asked for, one is enough to see. */
function refuseOtherConfig(folder: string, batchId: string, held: Held): void {
  for (const name of namesIn(folder)) {
    const manifest = name.startsWith(`${batchId}-s`) ? readManifest(join(folder, name)) : undefined;
    if (manifest?.batch?.id !== batchId || manifest.batch.config_hash === undefined) continue;
    refuseConfig(manifest, held);
    return;
  }
}

function refuseConfig({ batch, config, break_when }: RunManifest, { output, common }: Held): void {
  if (batch?.config_hash === undefined || batch.config_hash === common.hash) return;
  const recorded = jsonObjectSchema.safeParse(config).data ?? {};
  const ends: JsonObject = break_when === undefined ? {} : { break_when };
  const difference = common.differenceFrom({ ...recorded, ...ends });
  const set = Object.keys(batch.settings).join(", ") || "nothing";
  throw wrongCall(
    `There is a batch ${batch.id} of another config in ${output}: ${difference ?? `its runs set ${set}`}; choose another --id.`,
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What all runs together are; nothing where each combination has a seed of its own, drawn as the config names none. */
function planOf(jobs: readonly BatchJob[]): BatchPlan | undefined {
  const seeds = new Set(jobs.flatMap(({ seed }) => seed ?? []));
  const values = new Map<string, Map<string, BatchPlan["settings"][number]["values"][number]>>();
  for (const { settings } of jobs)
    for (const [path, value] of Object.entries(settings))
      values.set(path, (values.get(path) ?? new Map()).set(JSON.stringify(value), value));
  const settings = [...values].map(([path, known]) => ({ path, values: [...known.values()] }));
  const combinations = settings.reduce((count, { values: some }) => count * some.length, seeds.size);
  return combinations === jobs.length ? { seeds: seedsText(seeds), settings } : undefined;
}
