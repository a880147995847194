// Runs to ship: one of each example, and the odd logs of `npm run test:faults`.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ODD_LOGS, writeOddLog } from "../faults/odd-logs.mjs";
import { root } from "../install.mjs";

const CLI = join(root, "packages/cli/bin/llm-sim.js");

export const EXAMPLES = ["market", "epidemic", "prisoners-dilemma", "commons", "negotiation", "town-hall"];
export const ODD_KINDS = Object.keys(ODD_LOGS);

/** @returns the run's directory */
export function runExample(outputDir, example, id = example, options = []) {
  const config = join(root, "examples", example, "simulation.yaml");
  llmSim(["run", config, "--output", outputDir, "--id", id, "--quiet", ...options]);
  return join(outputDir, id);
}

/** @param whole a run's directory, of which the odd ones are made */
export function makeOddLog(outputDir, kind, whole) {
  const lines = readFileSync(join(whole, "events.jsonl"), "utf8").split("\n").slice(0, -1);
  return join(outputDir, writeOddLog(outputDir, kind, whole, lines));
}

export function llmSim(args, options = {}) {
  const result = spawnSync(process.execPath, [CLI, ...args], { cwd: root, encoding: "utf8", ...options });
  if (result.status !== 0)
    throw new Error(`llm-sim ${args.join(" ")} ended with ${result.status}: ${result.stderr}`);
  return result.stdout;
}

/** The regular files below a directory, by their paths in it. */
export function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();
}

/** What a run's directory holds: of a compressed segment, its text. What can be built anew is left out. */
export function contentOf(directory) {
  const files = filesBelow(directory).filter((file) => !/^events\.index|\.lock$/.test(file));
  return Object.fromEntries(
    files.map((file) => {
      const bytes = readFileSync(join(directory, file));
      const text = file.endsWith(".gz") ? textIn(bytes) : undefined;
      return text === undefined ? [file, bytes.toString("latin1")] : [file.slice(0, -".gz".length), text];
    }),
  );
}

/** `undefined` where it is damaged. */
function textIn(bytes) {
  if (bytes.length === 0) return "";
  try {
    return gunzipSync(bytes).toString("latin1");
  } catch {
    return undefined;
  }
}
