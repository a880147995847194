import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Provenance } from "./manifest.ts";

/** Which llm-sim this is. */
export interface Build {
  /** Of the package; `unknown` where it was bundled into another program. */
  version: string;
  /** What it was built from, 40 or 64 hex digits, with `-dirty` behind them where something had been changed since; where known. */
  commit?: string;
}

const OURS = /^(@llm-sim\/.+|llm-sim)$/;
const manifestSchema = z.object({ name: z.string().regex(OURS), version: z.string() });
const stampSchema = z.object({ commit: z.string() });

/**
 * Reads the version of one of llm-sim's packages from its package.json, and the commit from `dist/build.json`, which the build writes,
 * as a package that is installed has no repository around it.
 *
 * @param moduleUrl `import.meta.url` of a module of the package; a bundle of CommonJS has none
 */
export function buildOf(moduleUrl: string | undefined): Build {
  const home = homeOf(moduleUrl);
  const manifest = home && manifestSchema.safeParse(read("package.json", home)).data;
  if (!manifest) return { version: "unknown" };
  const stamp = stampSchema.safeParse(read("dist/build.json", home)).data;
  return { version: manifest.version, ...stamp };
}

/** What run.json says of who wrote a run. */
export function writtenBy(build: Build): Pick<Provenance, "versions" | "llm_sim_commit"> {
  return {
    versions: { "llm-sim": build.version, node: process.versions.node },
    ...(build.commit !== undefined && { llm_sim_commit: build.commit }),
  };
}

/** The nearest folder above that holds a package.json. */
function homeOf(moduleUrl: string | undefined): URL | undefined {
  if (!moduleUrl?.startsWith("file:")) return undefined;
  for (let folder = new URL("./", moduleUrl); ; folder = new URL("../", folder)) {
    if (read("package.json", folder) !== undefined) return folder;
    if (folder.pathname === new URL("../", folder).pathname) return undefined;
  }
}

/** @returns a file's JSON, or `undefined` where there is none */
function read(file: string, folder: URL): unknown {
  try {
    return JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  } catch {
    return undefined;
  }
}
