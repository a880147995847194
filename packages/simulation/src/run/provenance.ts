import { basename, dirname } from "node:path";
import { buildOf, CAUSES_VERSION, type MemoryKind, type Provenance, writtenBy } from "@llm-sim/events/run";
import { leastKnown } from "../agent/index.ts";
import { gitCommit } from "./git-commit.ts";
import { relativeType } from "./relative-type.ts";
import type { Simulation } from "./simulation.ts";

const BUILD = buildOf(import.meta.url);

/** What keeps a memory of its own, from which causes could come unseen; agents by type. */
export interface Memories {
  engine: MemoryKind;
  validator: MemoryKind;
  /** By type; two decide functions may be called the same. */
  agents: readonly (readonly [type: string, MemoryKind])[];
}

/** What run.json says of where a run came from: nothing of the machine, whose paths mean nothing elsewhere. */
export async function provenanceOf(
  simulation: Simulation,
  memories: Memories,
  more: Pick<Provenance, "parent" | "batch">,
): Promise<Provenance> {
  const { name, seed, config, modules, file } = simulation;
  const base = file === undefined ? process.cwd() : dirname(file);
  return {
    name,
    seed,
    config,
    config_file: file === undefined ? undefined : basename(file),
    ...writtenBy(BUILD),
    git_commit: await gitCommit(file === undefined ? process.cwd() : dirname(file)),
    modules: [...modules],
    causes: {
      version: CAUSES_VERSION,
      by: "simulation",
      ...memories,
      agents: namedFrom(base, memories.agents),
    },
    ...more,
  };
}

/** By type, as the recorded config names it. */
function namedFrom(base: string, agents: Memories["agents"]): Record<string, MemoryKind> {
  const named = new Map<string, MemoryKind>();
  for (const [type, kind] of agents) {
    const name = relativeType(type, base);
    named.set(name, leastKnown(kind, named.get(name)));
  }
  return Object.fromEntries(named);
}
