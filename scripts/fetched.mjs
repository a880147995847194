// What some tests need and nobody else: fetched by npm when it is first asked for, then kept; never a dependency.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";

const CACHE = join(root, "node_modules", ".cache", "llm-sim-fetched");

/**
 * @param beside other packages that are installed with it, in the same version
 * @param args more of npm's options
 * @returns the folder of this version of a package of npm's
 */
export function fetched(name, version, { beside = [], args = [] } = {}) {
  const home = homeOf(name, version);
  if (isFetched(name, version)) return join(home, "node_modules", name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), "{}");
  // No script of a package is run: what these need is in them.
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--silent", ...args];
  const packages = [name, ...beside].map((each) => `${each}@${version}`);
  try {
    execFileSync("npm", ["install", ...options, ...packages], {
      cwd: home,
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch {
    throw new Error(
      `npm could not fetch ${packages.join(" and ")}: its registry has to be reachable once, or ${CACHE} be a copy of where it was`,
    );
  }
  writeFileSync(stampOf(home), "");
  return join(home, "node_modules", name);
}

export function isFetched(name, version) {
  return existsSync(stampOf(homeOf(name, version)));
}

const homeOf = (name, version) => join(CACHE, `${name}-${version}`);
/** Stands once all of it is there: npm may have been interrupted. */
const stampOf = (home) => join(home, "fetched");
