import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { buildOf, CAUSES_VERSION, type MemoryKind, type Provenance, writtenBy } from "@llm-sim/events/run";
import type { JsonObject } from "@llm-sim/events/schema";
import { leastKnown } from "../agent/index.ts";
import { withoutKey } from "../asking/index.ts";
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
  runDirectory: string,
  more: Pick<Provenance, "parent" | "batch" | "break_when">,
): Promise<Provenance> {
  const { name, seed, modules, file } = simulation;
  const base = file === undefined ? process.cwd() : dirname(file);
  return {
    name,
    seed,
    config: recordedConfig(simulation),
    config_file: file === undefined ? undefined : basename(file),
    config_directory: file === undefined ? undefined : waysTo(dirname(file), runDirectory),
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

/** The config as run.json has it. */
export function recordedConfig({ config, llm }: Pick<Simulation, "config" | "llm">): JsonObject {
  return withoutKey(config, llm);
}

/** How to find a directory again: from what moves along with it, and without a word of where on the machine that was. */
function waysTo(directory: string, runDirectory: string): Provenance["config_directory"] {
  const [first] = partsOf(directory);
  const from_run =
    first !== undefined && first === partsOf(runDirectory)[0] ? wayTo(directory, runDirectory) : undefined;
  const below = wayTo(directory, process.cwd());
  const from_working_directory = below === ".." || below.startsWith("../") ? undefined : below;
  return from_run === undefined && from_working_directory === undefined
    ? undefined
    : { from_run, from_working_directory };
}

function partsOf(path: string): string[] {
  return path.split(sep).filter(Boolean);
}

function wayTo(directory: string, from: string): string {
  const way = relative(from, directory).replaceAll(sep, "/");
  return isAbsolute(way) ? ".." : way || ".";
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

/** A `type` that names its module by an absolute path, as one relative to the config: `./agents.ts#Greedy`. */
export function relativeType(type: string, directory: string): string {
  const [file = "", name] = type.split("#");
  if (!isAbsolute(file)) return type;
  const path = relative(directory, file).replaceAll(sep, "/");
  return `${path.startsWith("../") ? "" : "./"}${path}${name === undefined ? "" : `#${name}`}`;
}

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/**
 * The commit that is checked out where `directory` lies, read from `.git` (gitrepository-layout(5)), as starting git
 * takes longer than a small simulation.
 *
 * @returns 40 or 64 hex digits, or `undefined` where there is none
 */
export async function gitCommit(directory: string): Promise<string | undefined> {
  const git = await gitDirectory(directory);
  if (git === undefined) return undefined;
  const head = await read(join(git, "HEAD"));
  if (head === undefined || COMMIT.test(head)) return head;
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  if (reference === undefined) return undefined;
  // A linked worktree has its own HEAD, and its branches in the main repository.
  const shared = resolve(git, (await read(join(git, "commondir"))) ?? ".");
  const loose = (await read(join(git, reference))) ?? (await read(join(shared, reference)));
  if (loose !== undefined && COMMIT.test(loose)) return loose;
  const packed = await read(join(shared, "packed-refs"));
  return packed
    ?.split("\n")
    .find((line) => line.endsWith(` ${reference}`))
    ?.split(" ")[0];
}

async function gitDirectory(directory: string): Promise<string | undefined> {
  const here = join(directory, ".git");
  if ((await read(join(here, "HEAD"))) !== undefined) return here;
  const link = await read(here); // of a worktree or a submodule: a file that says where
  const target = link === undefined ? undefined : /^gitdir: (.+)$/.exec(link)?.[1];
  if (target !== undefined) return resolve(directory, target);
  const above = dirname(directory);
  return above === directory ? undefined : gitDirectory(above);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    return undefined;
  }
}
