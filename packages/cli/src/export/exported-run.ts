import { basename } from "node:path";

/** A run of an export, and what its rows call it. */
export interface ExportedRun {
  /** Its directory's name; where another run of this export has the same, as it was asked for. */
  run: string;
  directory: string;
}

/**
 * Tells the runs of an export apart. Not by what their logs say: a run and a copy of it say the same.
 *
 * @param asked what the user called each run, and where it lies
 */
export function exportedRuns(asked: readonly { reference: string; directory: string }[]): ExportedRun[] {
  const places = new Map<string, Set<string>>();
  for (const { directory } of asked) {
    const name = basename(directory);
    places.set(name, (places.get(name) ?? new Set()).add(directory));
  }
  return asked.map(({ reference, directory }) => {
    const name = basename(directory);
    const isUnique = places.get(name)?.size === 1;
    return { run: isUnique ? name : reference.replace(/[\\/]+$/, ""), directory };
  });
}
