// The runs over which stores have to answer alike: whole ones, forks, batches, and logs as other hands leave them.
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ODD_LOGS, writeOddLog } from "../faults/odd-logs.mjs";
import { CLI } from "../faults/serving.mjs";
import { linesOf, writeWholeRun } from "../faults/whole-run.mjs";
import { root } from "../install.mjs";

/** Tens of megabytes each. */
export const HEAVY_KINDS = ["one line of 20 MB", "run.json of 30 MB", "millions of newlines"];

/** Of each that it takes another way to answer. */
export const SHORT_KINDS = [
  "times back and forth",
  "ids twice",
  "causes that are not there",
  "half a line in the middle",
  "the dialect of Python",
  "no run.json",
  "gzip damaged by a bit",
  "names that trap",
];

const SEVERAL_SEGMENTS = { maxFileSize: 16 * 1024, compress: "gzip" };

/**
 * @param kinds of odd logs
 * @param examples whether runs of the examples, a batch and a fork are played, which takes seconds
 */
export async function writeCorpus(outputDir, { kinds = Object.keys(ODD_LOGS), examples = true } = {}) {
  const whole = await writeWholeRun(outputDir, "whole");
  const lines = linesOf(whole);
  await writeWholeRun(outputDir, "in-segments", { turns: 40, ...SEVERAL_SEGMENTS });
  for (const verbosity of ["MILESTONE", "ACTION"])
    await writeWholeRun(outputDir, `at-${verbosity.toLowerCase()}`, { turns: 3, verbosity });
  writeChild(outputDir, whole);
  writeLoss(outputDir, whole, lines);
  for (const kind of kinds) writeOddLog(outputDir, kind, whole, lines);
  if (examples) playExamples(outputDir);
}

/** A copy that says that it goes on from the other. */
function writeChild(outputDir, parent) {
  const directory = join(outputDir, "child");
  cpSync(parent, directory, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
  const [first] = linesOf(parent);
  manifest.parent = { simulation_id: "whole", turn: 3, event_id: JSON.parse(first).event_id };
  manifest.simulation_id = "child";
  writeFileSync(join(directory, "run.json"), JSON.stringify(manifest));
}

/** A copy whose log says that something was lost. */
function writeLoss(outputDir, whole, lines) {
  const directory = join(outputDir, "with-loss");
  cpSync(whole, directory, { recursive: true });
  const told = lines.map((line, at) => {
    const { event_id, timestamp, turn_number, simulation_id } = JSON.parse(line);
    if (at !== 50) return line;
    return JSON.stringify({
      event_id,
      timestamp,
      turn_number,
      event_type: "SYSTEM",
      simulation_id,
      description: "3 events were dropped",
      status: "warning",
      error_type: "events_dropped",
      details: { dropped: 3, counts: { STATE: 3 }, turn_start: 4, turn_end: turn_number },
    });
  });
  writeFileSync(join(directory, "events.jsonl"), told.map((line) => `${line}\n`).join(""));
}

function playExamples(outputDir) {
  const play = (...args) =>
    execFileSync(process.execPath, [CLI, ...args, "--output", outputDir, "--quiet"], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
  play("run", "examples/market/simulation.yaml", "--turns", "8", "--id", "market", "--verbosity", "DETAIL");
  const sweep = ["--seeds", "1..3", "--set", "engine.params.growth=0.2,0.4"];
  play("run", "examples/commons/simulation.yaml", "--turns", "6", "--verbosity", "STATE", ...sweep);
  play("fork", "market", "--turn", "4");
}
