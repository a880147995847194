// Makes the runs that are measured, once: they stay in the system's temporary directory.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateLog } from "../../packages/store/dist/testing/generate-log.js";

const FORMAT = 4; // count up when the generator changes

/** A finished run of `events` events, 50 agents, in segments of up to `segmentBytes`; the directory it lies in, and its id. */
export function benchmarkRun(events, segmentBytes = 500 * 1024 * 1024) {
  const output = join(tmpdir(), `llm-sim-bench-query-${FORMAT}`);
  const id = `bench-${events}`;
  const directory = join(output, id);
  if (existsSync(join(directory, "complete"))) return { output, id, directory };
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  console.error(`Making a run of ${events} events in ${directory} …`);
  const active = join(directory, "events.jsonl");
  let file = openSync(active, "w");
  let inSegment = 0;
  let segment = 0;
  let batch = [];
  let batchBytes = 0;
  const write = () => {
    if (batch.length === 0) return;
    writeSync(file, `${batch.join("\n")}\n`);
    inSegment += batchBytes;
    batch = [];
    batchBytes = 0;
  };
  for (const line of generateLog({ events, agents: 50, simulationId: id })) {
    const bytes = Buffer.byteLength(line) + 1;
    if (inSegment + batchBytes + bytes > segmentBytes) {
      write();
      closeSync(file);
      renameSync(
        active,
        join(directory, `events_2025-11-23_07-15-00-${String(++segment).padStart(6, "0")}.jsonl`),
      );
      file = openSync(active, "w");
      inSegment = 0;
    }
    batch.push(line);
    batchBytes += bytes;
    if (batchBytes > 1_000_000) write();
  }
  write();
  closeSync(file);
  writeFileSync(join(directory, "complete"), "");
  return { output, id, directory };
}
