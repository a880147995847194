import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { invalidArgument, simulationNotFound } from "../errors.ts";
import { findRuns, isRunDirectory, refusal } from "./discovery.ts";

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
  const runs = findRuns(outputDirectory).filter(({ refused }) => refused?.because !== "link");
  const exact = runs.find(({ name }) => name === reference);
  if (exact !== undefined) return { id: reference, directory: exact.directory };
  const ids = runs.flatMap(({ name, refused }) => (refused === undefined ? [name] : []));
  if (!/[/\\]/.test(reference)) {
    const fitting = reference === "" ? [] : ids.filter((id) => id.startsWith(reference)).toSorted();
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1)
      return { id: only, directory: resolve(outputDirectory, only) };
    if (fitting.length > 1) {
      const shown = fitting.length > 5 ? [...fitting.slice(0, 5), "…"] : fitting;
      throw invalidArgument(
        "run",
        `${JSON.stringify(reference)} may be any of ${shown.join(", ")}; give more of the id`,
      );
    }
  }
  const directory = resolve(reference);
  const isDirectory =
    reference !== "" && (statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false);
  if (isDirectory && isRunDirectory(directory)) return { id: basename(directory), directory };
  throw simulationNotFound(reference, ids, refusal(outputDirectory, reference));
}
