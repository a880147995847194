import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { nearestNames } from "@llm-sim/events/naming";
import { type StoreError, simulationNotFound } from "../errors.ts";
import { idBeginningWith } from "../id-beginning.ts";
import { findRun, isRunDirectory, lookAt, namesIn, refusal } from "./discovery.ts";

/** Of the names that look most like one that is none: there may be other directories among them. */
const MOST_ALIKE = 20;

/** The run that was started last. */
export const LATEST = "latest";

export interface RunPlace {
  id: string;
  directory: string;
}

/**
 * What a person may call a run: its directory's name (which is its id, if it can be one), a unique prefix of its id, or the path
 * of its directory, wherever that lies. (`latest` is for the caller, who knows when runs were started.) Throws
 * SIMULATION_NOT_FOUND, or INVALID_ARGUMENT where a prefix fits several.
 */
export function resolvePlace(outputDirectory: string, reference: string): RunPlace {
  const isName = !/[/\\]/.test(reference) && !["", ".", ".."].includes(reference);
  if (isName) {
    const exact = lookAt(outputDirectory, reference);
    if (exact !== undefined && exact.refused?.because !== "link")
      return { id: reference, directory: exact.directory };
    const askable = namesIn(outputDirectory).filter(
      (name) => name.startsWith(reference) && canBeAsked(outputDirectory, name),
    );
    const only = idBeginningWith("run", reference, askable);
    if (only !== undefined) return { id: only, directory: resolve(outputDirectory, only) };
  }
  const directory = resolve(reference);
  const isDirectory =
    reference !== "" && (statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false);
  if (isDirectory && isRunDirectory(directory)) return { id: basename(directory), directory };
  throw noSuchRun(outputDirectory, reference);
}

/** Names the runs whose ids look like `reference`. */
export function noSuchRun(outputDirectory: string, reference: string): StoreError {
  // Those that look like it are looked into, and no others.
  const alike = nearestNames(reference, namesIn(outputDirectory), MOST_ALIKE);
  const ids = alike.filter((name) => canBeAsked(outputDirectory, name));
  return simulationNotFound(reference, ids, refusal(outputDirectory, reference));
}

function canBeAsked(outputDirectory: string, name: string): boolean {
  return findRun(outputDirectory, name) !== undefined;
}
