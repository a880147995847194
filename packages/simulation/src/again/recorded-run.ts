import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { buildOf, CAUSES_VERSION, type RunManifest, readManifest, writtenBy } from "@llm-sim/events/run";
import { loadRecordedConfig, type Override, recordedTemplates } from "../config/index.ts";
import { type LoadedModule, RunError, type Simulation } from "../run/index.ts";

/** How the code of a run is found, and what else of it is not to be as recorded. */
export interface CodeOptions {
  /** The directory that the config's paths are relative to, where run.json's ways no longer lead to it. */
  code?: string | undefined;
  /** Of a run without a config: what it was made from. */
  simulation?: Simulation | undefined;
  /** Put into the recorded config, before anything is checked. */
  overrides?: readonly Override[] | undefined;
}

/** What of the code that made a run is not as it was. */
export interface CodeChange {
  /** A module by its path, relative to the config; `llm-sim` or `node`, whose versions these are. */
  of: string;
  /** The hash or version then; absent where it was not loaded then. */
  recorded?: string;
  /** Now; absent where it is not loaded any more. */
  now?: string;
}

/** A run, and the simulation that it was. */
export interface RecordedRun {
  directory: string;
  manifest: RunManifest;
  simulation: Simulation;
  /** With other settings; what was made by a program has none. @throws ConfigError */
  load(overrides: readonly Override[]): Promise<Simulation>;
  changes: CodeChange[];
}

/**
 * What is needed to play a run again, from its run.json.
 *
 * @throws RunError NOT_PLAYABLE where a run cannot be played again, CODE_NOT_FOUND where its code is not there; ConfigError
 */
export async function openRecordedRun(
  runDirectory: string,
  { code, simulation: given, overrides = [] }: CodeOptions = {},
): Promise<RecordedRun> {
  const directory = resolve(runDirectory);
  const manifest = readManifest(directory);
  const run = basename(directory);
  if (!manifest) throw notPlayable(directory, `${run} has no run.json that says what it was made from`);
  if (manifest.causes?.by !== "simulation" || manifest.causes.version < CAUSES_VERSION)
    throw notPlayable(
      directory,
      `${run} was not recorded by a simulation of llm-sim, or by one of an older format`,
    );
  if (manifest.parent?.is_checkpoint === true)
    throw notPlayable(
      directory,
      `${run} went on from a checkpoint of ${manifest.parent.simulation_id}, and its log does not hold how that came about`,
    );
  const simulation = given ?? (await fromConfig(directory, manifest, code, overrides));
  const load = (more: readonly Override[]) => fromConfig(directory, manifest, code, [...overrides, ...more]);
  return { directory, manifest, simulation, load, changes: changesOf(manifest, simulation) };
}

async function fromConfig(
  directory: string,
  manifest: RunManifest,
  code: string | undefined,
  overrides: readonly Override[],
): Promise<Simulation> {
  const { config, config_file } = manifest;
  if (typeof config !== "object" || config === null || config_file === undefined)
    throw notPlayable(
      directory,
      `${basename(directory)} was made by a program (defineSimulation), which has to play it again itself: replayRun(directory, { simulation })`,
    );
  return loadRecordedConfig(config, join(codeDirectory(directory, manifest, code), config_file), {
    overrides,
  });
}

/** Where the modules lie that the run was made of. */
function codeDirectory(directory: string, manifest: RunManifest, code: string | undefined): string {
  const texts = recordedTemplates(manifest.config);
  const modules = (manifest.modules ?? []).filter(({ path }) => !texts.includes(path));
  const { from_run, from_working_directory } = manifest.config_directory ?? {};
  const ways = [
    ...(from_run === undefined ? [] : [resolve(directory, from_run)]),
    ...(from_working_directory === undefined ? [] : [resolve(from_working_directory)]),
  ];
  const tried = code === undefined ? [...new Set(ways)] : [resolve(code)];
  const found = tried.find((way) => modules.every(({ path }) => existsSync(join(way, path))));
  if (found !== undefined) return found;
  // Built-in code alone lies nowhere.
  if (code === undefined && modules.length === 0) return directory;
  const [first] = modules;
  const looked = tried.length === 0 ? "run.json names no way to it" : `it is not in ${tried.join(" or ")}`;
  throw new RunError(
    "CODE_NOT_FOUND",
    `The code of ${basename(directory)} (${first?.path ?? "its config"}) was not found: ${looked}; name the directory of its ${manifest.config_file} with --code DIR`,
    { directory },
  );
}

function notPlayable(directory: string, reason: string): RunError {
  return new RunError("NOT_PLAYABLE", `${reason}: it cannot be played again.`, { directory });
}

const NOW = writtenBy(buildOf(import.meta.url)).versions ?? {};

/** Modules by their hashes, and what runs them by its version. */
function changesOf({ modules = [], versions = {} }: RunManifest, simulation: Simulation): CodeChange[] {
  const hashes = (list: readonly LoadedModule[]) => new Map(list.map(({ path, sha256 }) => [path, sha256]));
  return [
    ...changed(hashes(modules), hashes(simulation.modules)),
    ...changed(new Map(Object.entries(versions)), new Map(Object.entries(NOW))),
  ];
}

function changed(then: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): CodeChange[] {
  const names = new Set([...then.keys(), ...now.keys()]);
  return [...names].flatMap((of) => {
    const recorded = then.get(of);
    const present = now.get(of);
    if (recorded === present) return [];
    return [
      {
        of,
        ...(recorded !== undefined && { recorded }),
        ...(present !== undefined && { now: present }),
      },
    ];
  });
}
