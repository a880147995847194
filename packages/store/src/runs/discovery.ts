import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isOutOfFiles, leadsAstray, MANIFEST_FILE, parseSegmentName } from "@llm-sim/events/run";
import { simulationIdSchema } from "@llm-sim/events/schema";

/** A run as it lies in the output directory. */
export interface FoundRun {
  /** Its directory's name, which is its id where nothing is refused. */
  name: string;
  directory: string;
  /** Why it cannot be asked by an id; what there is to do about it. */
  refused?: { because: "name" | "link"; reason: string };
}

/** What an id is made of, for a directory whose name is none. */
const NO_ID = 'a run\'s name has 1-128 letters, digits, ".", "_" and "-", the first a letter or digit';

/**
 * The runs of the output directory, in no order; none where there is no such directory. A symbolic link to a directory inside
 * it is a run like another; one that leads out of it, or a directory whose name is no id, is found with the reason why it
 * cannot be asked by id.
 */
export function findRuns(outputDirectory: string): FoundRun[] {
  return entriesOf(outputDirectory).flatMap((entry) => {
    if (!entry.isDirectory() && !entry.isSymbolicLink()) return [];
    return lookAt(outputDirectory, entry.name) ?? [];
  });
}

/** Ids of the runs that can be asked. */
export function listRunIds(outputDirectory: string): string[] {
  return findRuns(outputDirectory).flatMap((run) => (run.refused === undefined ? [run.name] : []));
}

/** The directory of the run of exactly this id; `undefined` where there is none. Nothing outside `outputDirectory` is looked at. */
export function findRun(outputDirectory: string, id: string): string | undefined {
  if (!simulationIdSchema.safeParse(id).success) return undefined;
  const run = lookAt(outputDirectory, id);
  return run?.refused === undefined ? run?.directory : undefined;
}

/** Why there is a run of this name that cannot be asked by it; `undefined` where there is none. */
export function refusal(outputDirectory: string, name: string): string | undefined {
  return findRuns(outputDirectory).find((run) => run.name === name)?.refused?.reason;
}

/** Whether a directory holds a run: `run.json`, or a segment. */
export function isRunDirectory(directory: string): boolean {
  return runFilesOf(directory).length > 0;
}

function runFilesOf(directory: string) {
  return entriesOf(directory).filter(
    (entry) =>
      (entry.isFile() || entry.isSymbolicLink()) &&
      (entry.name === MANIFEST_FILE || parseSegmentName(entry.name) !== undefined),
  );
}

/** @param name of an entry of the output directory, which holds no separator */
function lookAt(outputDirectory: string, name: string): FoundRun | undefined {
  const directory = join(outputDirectory, name);
  const isId = simulationIdSchema.safeParse(name).success;
  const astray = leadsAstray(directory, outputDirectory);
  if (astray !== undefined) {
    // What lies outside is not looked into: any link to a directory may be meant as a run, one to a file is none.
    return isId && !leadsToFile(directory)
      ? { name, directory, refused: { because: "link", reason: astray } }
      : undefined;
  }
  if (!isDirectory(directory)) return undefined;
  const files = runFilesOf(directory);
  if (files.length === 0) return undefined;
  for (const file of files.filter((entry) => entry.isSymbolicLink())) {
    const lost = leadsAstray(join(directory, file.name), outputDirectory);
    if (lost !== undefined)
      return { name, directory, refused: { because: "link", reason: `${file.name}: ${lost}` } };
  }
  if (isId) return { name, directory };
  const reason = `its name is no id (${NO_ID}): rename the directory, or ask the command line by its path`;
  return { name, directory, refused: { because: "name", reason } };
}

function leadsToFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // absent, below what is no directory, or not ours to look at
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return []; // absent, no directory, or not ours to read: there are no runs in it
  }
}
