import { type Dirent, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isOutOfFiles, leadsAstray, MANIFEST_FILE, parseSegmentName } from "@llm-sim/events/run";
import { simulationIdSchema } from "@llm-sim/events/schema";

/** A run as it lies in the output directory. */
export interface FoundRun {
  /** Its directory's name, which is its id where nothing is refused. */
  name: string;
  directory: string;
  /** Names of what lies in its directory, links left out; of what lies outside nothing. */
  files: readonly string[];
  /** Whether it lies in the output directory with all that it is made of: no link leads to a part of it. */
  isHere: boolean;
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
  return namesIn(outputDirectory).flatMap((name) => lookAt(outputDirectory, name) ?? []);
}

/** Names of what may be a run in the output directory: not looked into. */
export function namesIn(outputDirectory: string): string[] {
  return entriesOf(outputDirectory).flatMap((entry) =>
    entry.isDirectory() || entry.isSymbolicLink() ? [entry.name] : [],
  );
}

/** The directory of the run of exactly this id; `undefined` where there is none. Nothing outside `outputDirectory` is looked at. */
export function findRun(outputDirectory: string, id: string): string | undefined {
  if (!simulationIdSchema.safeParse(id).success) return undefined;
  const run = lookAt(outputDirectory, id);
  return run?.refused === undefined ? run?.directory : undefined;
}

/**
 * Why there is a run of this name that cannot be asked by it; `undefined` where there is none.
 *
 * @param name from outside: it may be anything
 */
export function refusal(outputDirectory: string, name: string): string | undefined {
  return namesIn(outputDirectory).includes(name) ? lookAt(outputDirectory, name)?.refused?.reason : undefined;
}

/** Whether a directory holds a run: `run.json`, or a segment. */
export function isRunDirectory(directory: string): boolean {
  return entriesOf(directory).some(isRunFile);
}

function isRunFile(entry: Dirent): boolean {
  return (
    (entry.isFile() || entry.isSymbolicLink()) &&
    (entry.name === MANIFEST_FILE || parseSegmentName(entry.name) !== undefined)
  );
}

/** @param name of an entry of the output directory, which holds no separator */
export function lookAt(outputDirectory: string, name: string): FoundRun | undefined {
  const directory = join(outputDirectory, name);
  const isId = simulationIdSchema.safeParse(name).success;
  const refused = (reason: string): FoundRun => ({
    name,
    directory,
    files: [],
    isHere: false,
    refused: { because: "link", reason },
  });
  const isLink = isSymbolicLink(directory);
  const astray = isLink ? leadsAstray(directory, outputDirectory) : undefined;
  // What lies outside is not looked into: any link to a directory may be meant as a run, one to a file is none.
  if (astray !== undefined) return isId && !leadsToFile(directory) ? refused(astray) : undefined;
  const entries = entriesOf(directory);
  const runFiles = entries.filter(isRunFile);
  if (runFiles.length === 0) return undefined;
  const links = runFiles.filter((entry) => entry.isSymbolicLink());
  for (const file of links) {
    const lost = leadsAstray(join(directory, file.name), outputDirectory);
    if (lost !== undefined) return refused(`${file.name}: ${lost}`);
  }
  const files = entries.flatMap((entry) => (entry.isSymbolicLink() ? [] : [entry.name]));
  const isHere = !isLink && files.length === entries.length;
  if (isId) return { name, directory, files, isHere };
  const reason = `its name is no id (${NO_ID}): rename the directory, or ask the command line by its path`;
  return { name, directory, files, isHere, refused: { because: "name", reason } };
}

function isSymbolicLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return false; // absent, below what is no directory, or not ours to look at
  }
}

function leadsToFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return []; // absent, no directory, or not ours to read: there are no runs in it
  }
}
