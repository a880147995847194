// What the tests of the packages try them with and nobody else needs: fetched by npm when it is first asked for, then kept.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../install.mjs";

const CACHE = join(root, "node_modules", ".cache", "llm-sim-nodes");

/** @returns the folder of this version of a package of npm's */
function fetched(name, version) {
  const home = join(CACHE, `${name}-${version}`);
  const folder = join(home, "node_modules", name);
  const stamp = join(home, "fetched");
  if (existsSync(stamp)) return folder;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), "{}");
  // No script of a package is run: what these need is in them.
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--silent"];
  try {
    execFileSync("npm", [...args, `${name}@${version}`], {
      cwd: home,
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch {
    throw new Error(`npm could not fetch ${name}@${version}: is its registry reachable?`);
  }
  writeFileSync(stamp, "");
  return folder;
}

/** The program `node` of a version. */
export function nodeOf(version) {
  if (version === process.versions.node) return process.execPath;
  const system = process.platform === "win32" ? "win" : process.platform;
  return join(fetched(`node-${system}-${process.arch}`, version), "bin", "node");
}

/** The compiler `tsc` of a version. */
export function compilerOf(version) {
  return join(fetched("typescript", version), "bin", "tsc");
}

/** esbuild's own program. */
export function esbuildOf(version) {
  return join(
    fetched("esbuild", version),
    "..",
    "@esbuild",
    `${process.platform}-${process.arch}`,
    "bin",
    "esbuild",
  );
}
