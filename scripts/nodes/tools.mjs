// What the tests of the packages try them with.
import { join } from "node:path";
import { fetched } from "../fetched.mjs";

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
