// Ten thousand runs without running a simulation so often: one that was really made, copied, with its ids and its seed rewritten.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { batchRunId } from "../../packages/events/dist/run/index.js";

export const PROGRAM = fileURLToPath(new URL("../../packages/cli/bin/llm-sim.js", import.meta.url));
export const BATCH = "bank";

const CONFIG = `simulation: { name: bank, turns: 10, seed: 1 }
events: { verbosity: STATE }
engine: { type: market, params: { interest_rate: 0.02 } }
agents:
  - { name: alice, type: trader, initial_state: { wealth: 1000 } }
  - { name: bob, type: trader, initial_state: { wealth: 800 } }
`;

/** Writes runs 1 to `count` of a batch into `output`. */
export function writeRuns(output, count) {
  const { id, files } = realRun();
  for (let seed = 1; seed <= count; seed++) {
    const copy = batchRunId(BATCH, seed, {});
    const directory = join(output, copy);
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of files) {
      const rewritten = text.replaceAll(id, copy);
      writeFileSync(
        join(directory, name),
        name === "run.json" ? withSeed(rewritten, seed, count) : rewritten,
      );
    }
  }
}

function realRun() {
  const directory = mkdtempSync(join(tmpdir(), "llm-sim-bench-run-"));
  try {
    writeFileSync(join(directory, "bank.yaml"), CONFIG);
    const args = [PROGRAM, "run", "bank.yaml", "--seeds", "1", "--id", "original-of-all", "--quiet"];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: "utf8" });
    if (status !== 0) throw new Error(`The run that is copied failed: ${stderr}`);
    const id = batchRunId("original-of-all", 1, {});
    const made = join(directory, "output", id);
    const files = readdirSync(made).map((name) => [name, readFileSync(join(made, name), "utf8")]);
    return { id, files };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function withSeed(text, seed, count) {
  const manifest = JSON.parse(text);
  const began = Date.parse(manifest.start_time) + seed;
  const batch = {
    ...manifest.batch,
    id: BATCH,
    name: BATCH,
    planned: { seeds: `1..${count}`, settings: [] },
  };
  const start = new Date(began).toISOString().replace("Z", "000Z");
  return `${JSON.stringify({ ...manifest, seed, start_time: start, batch }, null, 2)}\n`;
}
