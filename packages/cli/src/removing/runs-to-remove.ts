import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { lockState } from "@llm-sim/events/run";
import type { CommandContext } from "../context/index.ts";
import { wrongCall } from "../failure/index.ts";
import { existingDirectory, withRunOnDisk, withStoreOnDisk } from "../runs/index.ts";

/** A run, and the bytes of all its files. */
export interface MeantRun {
  id: string;
  directory: string;
  bytes: number;
}

/** What is to be removed. */
export interface Removal {
  /** Each once. */
  runs: MeantRun[];
  /** Ids of batches of which all runs are. */
  batches: string[];
}

/**
 * The runs that are meant: a run as everywhere, or all runs of a batch by its exact id. Nothing is removed yet, and nothing is meant
 * that is being written, or lies elsewhere.
 *
 * @throws a wrong call, in words
 */
export async function runsToRemove(
  context: CommandContext,
  references: readonly string[],
  output: string,
): Promise<Removal> {
  const folder = realpathSync(existingDirectory(context, output));
  const listed = await withStoreOnDisk(context, folder, (store) => store.listRuns());
  const byBatch = new Map<string, string[]>();
  // A fork goes on from a run of the batch, and was not made with it.
  for (const { id, batch, parent } of listed)
    if (batch !== undefined && parent === undefined) {
      const own = byBatch.get(batch.id) ?? [];
      own.push(id);
      byBatch.set(batch.id, own);
    }
  const ids = new Set(listed.map(({ id }) => id));
  const runs = new Set<string>();
  const batches: string[] = [];
  for (const reference of references) {
    const own = byBatch.get(reference);
    if (own !== undefined && ids.has(reference))
      throw wrongCall(
        `${reference} is both a run and a batch: name the run by its path, ${join(output, reference)}, or the batch's runs.`,
      );
    if (own === undefined)
      runs.add(
        inFolder(folder, await withRunOnDisk(context, reference, output, async (run) => run.directory)),
      );
    else {
      batches.push(reference);
      for (const id of own) runs.add(inFolder(folder, join(folder, id)));
    }
  }
  refuseWritten([...runs]);
  const meant = [...runs].map((directory) => ({
    id: basename(directory),
    directory,
    bytes: bytesOf(directory),
  }));
  return { runs: meant, batches };
}

/** The directory itself, as it lies in the folder: not what a link leads to. */
function inFolder(folder: string, directory: string): string {
  const path = resolve(directory);
  if (lstatSync(path).isSymbolicLink())
    throw wrongCall(
      `${basename(path)} is a symbolic link: name the run that it leads to, and take the link away with rm.`,
    );
  if (realpathSync(dirname(path)) !== folder)
    throw wrongCall(
      `${directory} does not lie in ${folder}: name the directory that holds it with --output, so that nothing else is removed.`,
    );
  return join(folder, basename(path));
}

function refuseWritten(directories: readonly string[]): void {
  for (const directory of directories) {
    const lock = lockState(directory);
    if (lock.state !== "alive" && lock.state !== "silent") continue;
    const { pid, host } = lock.holder;
    const remedy =
      lock.state === "alive"
        ? "wait for it to end, or end it"
        : `it cannot be asked from here: where it has ended, \`llm-sim repair ${directory} --take-over\` ends the run`;
    throw wrongCall(
      `${basename(directory)} is being written by process ${pid} on ${host}: ${remedy}. Nothing was removed.`,
    );
  }
}

/** Of all files in it; what links lead to is not counted, nor touched. */
function bytesOf(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.isSymbolicLink() ? 0 : found.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
