import { basename, dirname, join } from "node:path";
import {
  isOutOfFiles,
  MANIFEST_FILE,
  type RunManifest,
  readManifest,
  readRegular,
} from "@llm-sim/events/run";
import { turns } from "../pace/index.ts";
import { findRun, namesIn } from "./discovery.ts";
import { NextPass } from "./next-pass.ts";
import { SeenFiles, statOf } from "./seen-files.ts";

type Parent = Pick<NonNullable<RunManifest["parent"]>, "simulation_id" | "turn">;

interface Child {
  simulation_id: string;
  turn: number;
}

/** Which runs go on from which, as their run.json says; each is read once as long as it stays as it is. */
export class Lineage {
  readonly #families = new Map<string, Family>();

  /** The runs beside one that name it as their parent, by the turn from which on they are their own. */
  async childrenOf(runDirectory: string): Promise<Child[]> {
    const beside = dirname(runDirectory);
    const family = this.#families.get(beside) ?? new Family(beside);
    this.#families.set(beside, family);
    return family.childrenOf(basename(runDirectory));
  }
}

/**
 * The runs of one directory. Whose child a run is does not change while it is there: the runs are gone through again only once the
 * directory has gained or lost one, so that a question about one of ten thousand is no question about all.
 */
class Family {
  readonly #directory: string;
  readonly #pass = new NextPass(() => this.#look());
  readonly #parents = new Map<string, { of: string; parent: Parent | undefined }>();
  /** As it was when it was gone through last. */
  #seen: SeenFiles | undefined;
  /** Names without a run.json, which may come without the directory telling. */
  #waiting: string[] = [];
  readonly #children = new Map<string, Set<string>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async childrenOf(id: string): Promise<Child[]> {
    if (this.#seen?.isSettled === true && this.#seen.isUnchanged())
      this.#waiting = this.#waiting.filter((name) => !this.#note(name));
    else await this.#pass.take();
    const children: Child[] = [];
    for (const name of this.#children.get(id) ?? []) {
      this.#note(name);
      const parent = this.#parents.get(name)?.parent;
      if (parent?.simulation_id === id && findRun(this.#directory, name) !== undefined)
        children.push({ simulation_id: name, turn: parent.turn });
    }
    return children.toSorted((a, b) => a.turn - b.turn || (a.simulation_id < b.simulation_id ? -1 : 1));
  }

  async #look(): Promise<void> {
    const seen = new SeenFiles(this.#directory);
    const names = namesIn(this.#directory);
    const waiting: string[] = [];
    for (const name of names) {
      if (!this.#note(name)) waiting.push(name);
      if (turns.isDue) await turns.next();
    }
    const there = new Set(names);
    for (const name of this.#parents.keys()) if (!there.has(name)) this.#put(name, undefined);
    this.#waiting = waiting;
    this.#seen = seen;
  }

  /** @returns whether the run says whether it has a parent */
  #note(name: string): boolean {
    const directory = join(this.#directory, name);
    const file = statOf(join(directory, MANIFEST_FILE));
    if (file === undefined) {
      this.#put(name, undefined);
      return false;
    }
    const of = `${file.ino} ${file.mtimeMs} ${file.size}`;
    if (this.#parents.get(name)?.of !== of) this.#put(name, { of, parent: parentOf(directory) });
    return true;
  }

  #put(name: string, known: { of: string; parent: Parent | undefined } | undefined): void {
    const before = this.#parents.get(name)?.parent;
    if (before !== undefined) this.#children.get(before.simulation_id)?.delete(name);
    if (known === undefined) {
      this.#parents.delete(name);
      return;
    }
    const { of, parent } = known;
    this.#parents.set(name, {
      of,
      parent: parent && { simulation_id: parent.simulation_id, turn: parent.turn },
    });
    if (parent === undefined) return;
    const siblings = this.#children.get(parent.simulation_id) ?? new Set();
    siblings.add(name);
    this.#children.set(parent.simulation_id, siblings);
  }
}

/** Most runs have none, and are not worth a look at all that their run.json says. */
function parentOf(directory: string): Parent | undefined {
  try {
    if (!readRegular(join(directory, MANIFEST_FILE)).includes('"parent"')) return undefined;
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return undefined;
  }
  return readManifest(directory)?.parent;
}
