import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { CAUSES_VERSION, type Provenance } from "@llm-sim/events/run";
import * as z from "zod";
import { gitCommit } from "./git-commit.ts";
import type { Simulation } from "./simulation.ts";

const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const { version } = z.object({ version: z.string() }).parse(manifest);

/** What run.json says of where a run came from: nothing of the machine, whose paths mean nothing elsewhere. */
export async function provenanceOf(
  simulation: Simulation,
  more: Pick<Provenance, "parent" | "batch">,
): Promise<Provenance> {
  const { name, seed, config, modules, file } = simulation;
  return {
    name,
    seed,
    config,
    config_file: file === undefined ? undefined : basename(file),
    versions: { "llm-sim": version, node: process.versions.node },
    git_commit: await gitCommit(file === undefined ? process.cwd() : dirname(file)),
    modules: [...modules],
    causes: { version: CAUSES_VERSION, by: "simulation" },
    ...more,
  };
}
