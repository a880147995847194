import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MANIFEST_FILE, type RunManifest, readManifest } from "@llm-sim/events/run";
import { findRuns } from "./discovery.ts";

type Parent = Pick<NonNullable<RunManifest["parent"]>, "simulation_id" | "turn">;

/** Which runs go on from which, as their run.json says; each is read once as long as it stays as it is. */
export class Lineage {
  readonly #parents = new Map<string, { of: string; parent: Parent | undefined }>();

  /** The runs beside one that name it as their parent, by the turn from which on they are their own. */
  childrenOf(runDirectory: string): { simulation_id: string; turn: number }[] {
    const id = basename(runDirectory);
    return findRuns(dirname(runDirectory))
      .flatMap(({ name, directory, refused }) => {
        const parent = refused === undefined ? this.#parentOf(directory) : undefined;
        return parent?.simulation_id === id ? [{ simulation_id: name, turn: parent.turn }] : [];
      })
      .toSorted((a, b) => a.turn - b.turn || (a.simulation_id < b.simulation_id ? -1 : 1));
  }

  #parentOf(directory: string): Parent | undefined {
    const file = statSync(join(directory, MANIFEST_FILE), { throwIfNoEntry: false });
    if (file === undefined) return undefined;
    const of = `${file.ino} ${file.mtimeMs} ${file.size}`;
    const known = this.#parents.get(directory);
    if (known?.of === of) return known.parent;
    const parent = readManifest(directory)?.parent;
    const kept = parent && { simulation_id: parent.simulation_id, turn: parent.turn };
    this.#parents.set(directory, { of, parent: kept });
    return kept;
  }
}
