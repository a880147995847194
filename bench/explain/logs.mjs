// Makes the runs that are measured, once: they stay in the system's temporary directory.
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateLog } from "../../packages/store/dist/testing/generate-log.js";

const FORMAT = 1; // count up when the generator changes

/** A finished run in one segment; its id and directory. */
export function benchmarkRun({ events, agents, seed, copy = "" }) {
  const id = `explain-${events}-${agents}-${seed}${copy}`;
  const directory = join(tmpdir(), `llm-sim-bench-explain-${FORMAT}`, id);
  if (existsSync(join(directory, "complete"))) return { id, directory };
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  console.error(`Making a run of ${events} events, ${agents} agents …`);
  const file = openSync(join(directory, "events.jsonl"), "w");
  let batch = [];
  for (const line of generateLog({ events, agents, seed, simulationId: id })) {
    batch.push(line);
    if (batch.length < 4096) continue;
    writeSync(file, `${batch.join("\n")}\n`);
    batch = [];
  }
  if (batch.length > 0) writeSync(file, `${batch.join("\n")}\n`);
  closeSync(file);
  writeFileSync(join(directory, "complete"), "");
  return { id, directory };
}
