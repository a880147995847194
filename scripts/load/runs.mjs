// The runs that are asked: one of many events, one of many variables, and many runs.
import {
  createWriteStream,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { benchmarkRun } from "../../bench/query/logs.mjs";
import { generatedId } from "../../packages/store/dist/testing/generate-log.js";

/** A directory that `remove` takes away. */
export function temporaryOutput() {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-load-"));
  return { output, remove: () => rmSync(output, { recursive: true, force: true }) };
}

/** The run of so many events that benches use, its log linked, so that what is kept of it beside it is no bench's. */
export function linkBenchmarkRun(output, events) {
  const { id, directory } = benchmarkRun(events);
  mkdirSync(join(output, id));
  linkSync(join(directory, "events.jsonl"), join(output, id, "events.jsonl"));
  return { id, log: join(output, id, "events.jsonl"), turns: Math.floor(events / 170) };
}

/** Ids of events, evenly from the log's first megabytes on, of which each line begins with its id. */
export function idsIn(log, count) {
  const ids = [
    ...readFileSync(log, "latin1")
      .slice(0, 60_000_000)
      .matchAll(/^\{"event_id":"(\w{26})"/gm),
  ];
  return Array.from({ length: count }, (_, at) => ids[Math.floor((at * ids.length) / count)][1]);
}

const START = Date.UTC(2026, 10, 26, 10) * 1000;
const timeOf = (microseconds) =>
  `${new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1)}${String(microseconds % 1000).padStart(3, "0")}Z`;

/** A run of 100 agents with so many variables among them, each written once. */
export async function writeManyVariables(output, variables) {
  const id = "many-variables";
  mkdirSync(join(output, id));
  const file = createWriteStream(join(output, id, "events.jsonl"));
  for (let at = 0; at < variables; at++) {
    const agent = `agent_${String(at % 100).padStart(3, "0")}`;
    const written = file.write(
      `{"event_id":"${generatedId(START + at, at)}","timestamp":"${timeOf(START + at)}","turn_number":1,"event_type":"STATE","simulation_id":"${id}","agent_id":"${agent}","description":"v${at} = ${at}","variable_name":"v${at}","old_value":null,"new_value":${at},"change":"added","scope":"agent"}\n`,
    );
    if (!written) await new Promise((resolve) => file.once("drain", resolve));
  }
  file.end();
  await finished(file);
  return id;
}

/** So many finished runs of ten events. */
export function writeManyRuns(output, count) {
  for (let run = 0; run < count; run++) {
    const id = `run-${String(run).padStart(5, "0")}`;
    mkdirSync(join(output, id));
    const start = START + run * 1_000_000;
    const lines = Array.from(
      { length: 10 },
      (_, at) =>
        `{"event_id":"${generatedId(start + at, at)}","timestamp":"${timeOf(start + at)}","turn_number":${at},"event_type":"ACTION","simulation_id":"${id}","agent_id":"alice","description":"alice works","action_type":"work","action_payload":{}}\n`,
    );
    writeFileSync(join(output, id, "events.jsonl"), lines.join(""));
    const manifest = {
      simulation_id: id,
      seed: run,
      status: "completed",
      ended_by: "turns",
      verbosity: "STATE",
      start_time: timeOf(start),
      counts: { emitted: 10, written: 10, dropped: 0, suppressed: 0, pending: 0 },
      segments: [],
    };
    writeFileSync(join(output, id, "run.json"), JSON.stringify(manifest));
  }
}
