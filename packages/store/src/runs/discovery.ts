import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MANIFEST_FILE, parseSegmentName } from "@llm-sim/events/run";
import { simulationIdSchema } from "@llm-sim/events/schema";

/** Ids of the runs under the output directory, in no order; none where there is no such directory. Symbolic links are no runs. */
export function listRunIds(outputDirectory: string): string[] {
  return entriesOf(outputDirectory)
    .filter((entry) => entry.isDirectory() && simulationIdSchema.safeParse(entry.name).success)
    .map(({ name }) => name)
    .filter((name) => isRunDirectory(join(outputDirectory, name)));
}

/** The directory of the run of exactly this id; `undefined` where there is none. Nothing outside `outputDirectory` is looked at. */
export function findRun(outputDirectory: string, id: string): string | undefined {
  if (!simulationIdSchema.safeParse(id).success) return undefined;
  const directory = join(outputDirectory, id);
  return isRealDirectory(directory) && isRunDirectory(directory) ? directory : undefined;
}

/** Whether a directory holds a run: `run.json`, or a segment. */
export function isRunDirectory(directory: string): boolean {
  return entriesOf(directory).some(
    (entry) => entry.isFile() && (entry.name === MANIFEST_FILE || parseSegmentName(entry.name) !== undefined),
  );
}

function isRealDirectory(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false; // absent, below what is no directory, or not ours to look at
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // absent, no directory, or not ours to read: there are no runs in it
  }
}
