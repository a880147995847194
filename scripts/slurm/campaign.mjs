import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents, verifyRun } from "../../packages/events/dist/read/index.js";
import { readLock, readManifest } from "../../packages/events/dist/run/index.js";
import { canonicalLog } from "../../packages/simulation/dist/index.js";
import { root } from "../install.mjs";
import { said, startCluster, until } from "./cluster.mjs";

const PROGRAM = join(root, "packages/cli/bin/llm-sim.js");
const SEEDS = 6;
const ENOUGH = 20_000;
/** Two tasks on two shared processors, a process for each run. */
const PATIENCE_MS = 240_000;

const CONFIG = `simulation: { name: bank, turns: 60, seed: 1 }
events: { verbosity: STATE }
engine: { type: market, params: { interest_rate: 0.02 } }
agents:
  - { name: alice, type: trader, initial_state: { wealth: 1000 } }
  - { name: bob, type: trader, initial_state: { wealth: 800 } }
  - { name: eve, type: ./waits.mjs }
`;
const WAITS = `export const decide = () => new Promise((done) => setTimeout(done, 60, { decision_type: "wait" }));\n`;

/** As docs/cluster.md has it. */
const script = (shard) => `#!/bin/sh
#SBATCH --job-name=bank --requeue --open-mode=append --output=task-%a.out
exec "${process.execPath}" "${PROGRAM}" run bank.yaml --seeds 1..${SEEDS} --id bank --jobs 1 --shard ${shard}
`;

export async function campaign({ say }) {
  const directory = mkdtempSync(join(tmpdir(), "llm-sim-slurm-runs-"));
  const cluster = await startCluster();
  try {
    const version = said("sinfo", ["--version"], cluster.env);
    say(`test:slurm: ${version}, an array of two tasks, ${SEEDS} runs`);
    await array(directory, cluster, say);
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function array(directory, { env }, say) {
  const output = join(directory, "output");
  writeFileSync(join(directory, "bank.yaml"), CONFIG);
  writeFileSync(join(directory, "waits.mjs"), WAITS);
  writeFileSync(join(directory, "array.sh"), script("auto"));
  writeFileSync(join(directory, "again.sh"), script("auto/2"));
  const submit = (...args) => {
    const { stdout, stderr, status } = spawnSync("sbatch", ["--parsable", ...args], {
      cwd: directory,
      env,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  const told = (task) => readFileSync(join(directory, `task-${task}.out`), "utf8");
  const job = submit("--array=0-1", "array.sh");
  const size = (run) => statSync(join(output, run, "events.jsonl"), { throwIfNoEntry: false })?.size ?? 0;
  await until(
    "both tasks write a run",
    () => size("bank-s1") > ENOUGH && size("bank-s2") > ENOUGH,
    PATIENCE_MS,
  );
  const running = said("squeue", ["--noheader", "--format=%i %t"], env);
  say(`  ${running.split("\n").join(", ")}: task 0 is killed by kill -9, task 1 is killed and requeued`);
  killWritersOf(join(output, "bank-s1"));
  assert.equal(spawnSync("scontrol", ["requeue", `${job}_1`], { env }).status, 0);
  await until(
    "the second task has let go of its run",
    () => readManifest(join(output, "bank-s2"))?.status === "interrupted",
  );
  const ended = () => said("squeue", ["--noheader", "--format=%i"], env) === "";
  await until("the array has ended", ended, PATIENCE_MS);
  assert.match(told(1), /bank-s2 interrupted/);
  assert.match(told(1), /bank-s2 completed .*gone on with/);
  const { missing_total, shards } = JSON.parse(program(directory, "batch", "bank", "--json"));
  const rest = { shard: 1, missing: 2, interrupted: 1, failed: 0, running: 0 };
  assert.deepEqual([missing_total, shards], [2, { of: 2, unfinished: [rest] }]);
  // A task alone that is submitted again does not know that it was one of two, unless it is said.
  submit("--array=0", "array.sh");
  await until("a task alone has ended", ended, PATIENCE_MS);
  assert.match(told(0), /divided into 2 shards, and not into 1/);
  submit("--array=0", "again.sh");
  await until("it has ended again", ended, PATIENCE_MS);
  assert.match(told(0), /bank-s1 completed .*gone on with/);
  for (const task of [0, 1])
    for (const line of told(task).split("\n"))
      if (/^batch|^bank|^error|\*\*\*/.test(line)) say(`  task ${task}: ${line}`);
  await whole(directory, say);
}

/** As where memory runs out: the process that writes a run, and the one that waits for it. */
function killWritersOf(run) {
  const { pid } = readLock(run);
  const parent = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  for (const one of [parent, pid]) process.kill(one, "SIGKILL");
}

/** All runs are there once, sound, and their logs are those of one process. */
async function whole(directory, say) {
  const output = join(directory, "output");
  const runs = readdirSync(output).filter((name) => !name.startsWith("."));
  const expected = Array.from({ length: SEEDS }, (_, at) => `bank-s${at + 1}`);
  assert.deepEqual(runs.toSorted(), expected);
  program(
    directory,
    "run",
    "bank.yaml",
    "--seeds",
    `1..${SEEDS}`,
    "--id",
    "bank",
    "--output",
    "one",
    "--quiet",
  );
  let events = 0;
  for (const id of expected) {
    assert.equal(readManifest(join(output, id))?.status, "completed");
    const { violations } = await verifyRun(join(output, id));
    assert.deepEqual(violations, []);
    const log = await canonical(join(output, id));
    assert.deepEqual(log, await canonical(join(directory, "one", id)));
    events += log.length;
  }
  const batch = JSON.parse(program(directory, "batch", "bank", "--json"));
  assert.deepEqual([batch.missing_total, batch.shards], [0, { of: 2, unfinished: [] }]);
  say(
    `  ${runs.length} runs, ${events} events: whole, none twice, and each log is that of a sweep in one process`,
  );
}

function program(directory, ...args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: directory,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

async function canonical(directory) {
  const events = [];
  for await (const { event } of readEvents(directory)) events.push(event);
  return canonicalLog(
    events.filter(({ event_type, error_type }) => event_type !== "SYSTEM" || error_type !== "resumed"),
  );
}
