import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Run, RunOnDisk, Store, StoreOnDisk } from "@llm-sim/store";
import type { CommandContext } from "../context/index.ts";
import { wrongCall } from "../failure/index.ts";
import { loadLake } from "../lake/index.ts";
import type { Place } from "./output-directory.ts";

/** How many runs an error names. */
const NAMED = 3;

/** Asks the store of a place something, and lets go of it whatever happens. It is loaded by who asks: a run needs none. */
export async function withStore<T>(
  context: CommandContext,
  place: Place,
  ask: (store: Store) => Promise<T>,
): Promise<T> {
  if (place.store !== undefined) return withLake(context, place.store, ask);
  existingDirectory(context, place.output);
  return withStoreOnDisk(context, place.output, ask);
}

async function withLake<T>(
  { env }: CommandContext,
  address: string,
  ask: (store: Store) => Promise<T>,
): Promise<T> {
  const { openLake, openLakeStore } = await loadLake("--store");
  const lake = openLake(address, { password: env.CLICKHOUSE_PASSWORD ?? "" });
  try {
    const store = await openLakeStore(lake);
    try {
      return await ask(store);
    } finally {
      await store.close();
    }
  } finally {
    await lake.close();
  }
}

export async function withStoreOnDisk<T>(
  context: CommandContext,
  output: string,
  ask: (store: StoreOnDisk) => Promise<T>,
): Promise<T> {
  const { openStore } = await import("@llm-sim/store");
  const store = openStore(resolve(context.cwd, output));
  try {
    return await ask(store);
  } finally {
    await store.close();
  }
}

/** Asks one run: by id under the output directory, unique prefix of one, path of a run directory, or `latest`. */
export function withRun<T>(
  context: CommandContext,
  reference: string,
  place: Place,
  ask: (run: Run) => Promise<T>,
): Promise<T> {
  return withRuns(context, [reference], place, async ([run]) => {
    if (run === undefined) throw new TypeError("One run is asked.");
    return ask(run);
  });
}

/** As `withRun`, of several runs. */
export function withRuns<T>(
  context: CommandContext,
  references: readonly string[],
  { output, store: address }: Place,
  ask: (runs: readonly Run[]) => Promise<T>,
): Promise<T> {
  if (address === undefined) return withRunsOnDisk(context, references, output, ask);
  return withLake(context, address, async (store) => {
    const runs: Run[] = [];
    for (const reference of references) runs.push(await store.resolveRun(reference));
    return ask(runs);
  });
}

/** As `withRun`, where its files are needed. */
export function withRunOnDisk<T>(
  context: CommandContext,
  reference: string,
  output: string,
  ask: (run: RunOnDisk) => Promise<T>,
): Promise<T> {
  return withStoreOnDisk(context, output, async (store) =>
    ask(await resolveRun(context, store, reference, output)),
  );
}

/** As `withRunOnDisk`, of several runs. */
export function withRunsOnDisk<T>(
  context: CommandContext,
  references: readonly string[],
  output: string,
  ask: (runs: readonly RunOnDisk[]) => Promise<T>,
): Promise<T> {
  return withStoreOnDisk(context, output, async (store) => {
    const runs: RunOnDisk[] = [];
    for (const reference of references) runs.push(await resolveRun(context, store, reference, output));
    return ask(runs);
  });
}

/** The directories of several runs. */
export function runDirectories(
  context: CommandContext,
  references: readonly string[],
  output: string,
): Promise<string[]> {
  return withStoreOnDisk(context, output, async (store) => {
    const directories: string[] = [];
    for (const reference of references) {
      directories.push((await resolveRun(context, store, reference, output)).directory);
    }
    return directories;
  });
}

/** One run, as a person names it. */
export async function resolveRun(
  context: CommandContext,
  store: StoreOnDisk,
  reference: string,
  output: string,
): Promise<RunOnDisk> {
  // A path may be given from where the user stands; the store takes it from where the process does.
  const path = resolve(context.cwd, reference);
  const isPath = /[\\/]/.test(reference) && existsSync(path);
  try {
    return await store.resolveRun(isPath ? path : reference);
  } catch (error) {
    const { isStoreError } = await import("@llm-sim/store");
    if (!isStoreError(error, "SIMULATION_NOT_FOUND")) throw error;
    const { nearest, refused } = error.details;
    if (refused !== undefined || (Array.isArray(nearest) && nearest.length > 0)) throw error;
    if (!isPath) existingDirectory(context, output);
    throw wrongCall(`${error.message} ${await runsThereAre(store)}`, error);
  }
}

async function runsThereAre(store: StoreOnDisk): Promise<string> {
  const runs = await store.listRuns();
  if (runs.length === 0) return "Make one with llm-sim run, or name another directory with --output.";
  const named = runs.slice(0, NAMED).map((run) => run.id);
  return `The latest here: ${named.join(", ")}.`;
}

/** Throws where there is no such directory: an empty one is fine, a mistyped one or a file is not. */
export function existingDirectory(context: CommandContext, directory: string): string {
  const path = resolve(context.cwd, directory);
  if (!existsSync(path)) {
    throw wrongCall(
      `There is no directory ${directory}: name the one that holds the runs, or start one with llm-sim run.`,
    );
  }
  if (!statSync(path).isDirectory())
    throw wrongCall(`${directory} is a file: name the directory that holds the runs.`);
  return path;
}
