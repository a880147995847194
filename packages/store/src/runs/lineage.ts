import { basename, dirname, join } from "node:path";
import { MANIFEST_FILE, type RunManifest, readManifest } from "@llm-sim/events/run";
import { turns } from "../pace/index.ts";
import { findRun, namesIn } from "./discovery.ts";
import { statOf } from "./seen-files.ts";

type Parent = Pick<NonNullable<RunManifest["parent"]>, "simulation_id" | "turn">;

/** Which runs go on from which, as their run.json says; each is read once as long as it stays as it is. */
export class Lineage {
  readonly #parents = new Map<string, { of: string; parent: Parent | undefined }>();

  /** The runs beside one that name it as their parent, by the turn from which on they are their own. */
  async childrenOf(runDirectory: string): Promise<{ simulation_id: string; turn: number }[]> {
    const id = basename(runDirectory);
    const beside = dirname(runDirectory);
    const children: { simulation_id: string; turn: number }[] = [];
    for (const name of namesIn(beside)) {
      const parent = this.#parentOf(join(beside, name));
      if (parent?.simulation_id === id && findRun(beside, name) !== undefined)
        children.push({ simulation_id: name, turn: parent.turn });
      if (turns.isDue) await turns.next();
    }
    return children.toSorted((a, b) => a.turn - b.turn || (a.simulation_id < b.simulation_id ? -1 : 1));
  }

  #parentOf(directory: string): Parent | undefined {
    const file = statOf(join(directory, MANIFEST_FILE));
    if (file === undefined) {
      this.#parents.delete(directory);
      return undefined;
    }
    const of = `${file.ino} ${file.mtimeMs} ${file.size}`;
    const known = this.#parents.get(directory);
    if (known?.of === of) return known.parent;
    const parent = readManifest(directory)?.parent;
    const kept = parent && { simulation_id: parent.simulation_id, turn: parent.turn };
    this.#parents.set(directory, { of, parent: kept });
    return kept;
  }
}
