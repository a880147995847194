import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Whether there is a python3 with these modules of its standard library. */
export function hasPython(...modules) {
  return spawnSync("python3", ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" }).status === 0;
}

/** Gives a script of this folder `question` as JSON on its input, and takes JSON from its output. */
export function askPython(script, question) {
  const { status, stdout } = spawnSync("python3", [join(import.meta.dirname, script)], {
    input: JSON.stringify(question),
    stdio: ["pipe", "pipe", "inherit"],
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (status !== 0) throw new Error(`python3 ${script} has failed`);
  return JSON.parse(stdout);
}

/** A run's segments in the order in which they were written; the active one is last. */
export function segmentPaths(directory) {
  return readdirSync(directory)
    .filter((name) => /^events.*\.jsonl$/.test(name))
    .toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map((name) => join(directory, name));
}
