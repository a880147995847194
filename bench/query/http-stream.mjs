// From the write of a line to its arrival at a client of the stream.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thisProcess } from "@llm-sim/events/run";
import { generatedId } from "../../packages/store/dist/testing/generate-log.js";
import { percentile } from "../measure.mjs";

/** Lines are appended so often, as our writer does at most. */
const BATCH_MS = 5;
const ID = "live";
const MARK = Buffer.from('"sent":');

/**
 * Appends `rate` lines of 400 bytes a second for `seconds`, while one client reads the stream.
 *
 * @param startProcess starts a server over a directory
 * @returns milliseconds, and which part of a core the server took
 */
export async function streamLatencies(rate, seconds, startProcess) {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-bench-stream-"));
  const directory = join(output, ID);
  mkdirSync(directory);
  writeFileSync(join(directory, "writer.lock"), JSON.stringify(thisProcess()));
  const file = openSync(join(directory, "events.jsonl"), "a");
  const server = await startProcess(output);
  try {
    const latencies = [];
    const ids = [];
    const request = get(`http://127.0.0.1:${server.port}/simulations/${ID}/stream`);
    const response = await new Promise((resolve) => request.on("response", resolve));
    let rest = Buffer.alloc(0);
    response.on("data", (chunk) => {
      const now = performance.now();
      rest = takeMessages(Buffer.concat([rest, chunk]), (sent, id) => {
        latencies.push(now - sent);
        ids.push(id);
      });
    });
    const before = await server.usage();
    const expected = await append(file, rate, seconds);
    const after = await server.usage();
    const deadline = performance.now() + 5000;
    while (latencies.length < expected.length && performance.now() < deadline) await pause(20);
    request.destroy();
    if (ids.join() !== expected.join())
      throw new Error(`sent ${expected.length} events, received ${ids.length}, or in another order`);
    return {
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      events: latencies.length,
      busy: (after.cpu - before.cpu) / 1000 / seconds,
    };
  } finally {
    closeSync(file);
    await server.close();
    rmSync(output, { recursive: true, force: true });
  }
}

async function append(file, rate, seconds) {
  const ids = [];
  const start = performance.now();
  const epoch = Date.now() * 1000;
  const padding = "x".repeat(120);
  for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - start) {
    const due = Math.floor((elapsed / 1000) * rate);
    const sent = performance.now();
    let batch = "";
    while (ids.length < due) {
      const microseconds = epoch + ids.length;
      const id = generatedId(microseconds, ids.length);
      const timestamp = `${new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1)}${String(microseconds % 1000).padStart(3, "0")}Z`;
      batch += `{"event_id":"${id}","timestamp":"${timestamp}","turn_number":1,"event_type":"ACTION","simulation_id":"${ID}","agent_id":"agent_001","description":"agent_001 trades","action_type":"trade","action_payload":{"sent":${sent},"text":"${padding}"}}\n`;
      ids.push(id);
    }
    if (batch !== "") writeSync(file, batch);
    await pause(BATCH_MS);
  }
  return ids;
}

/** Calls back for each whole message; returns what is left. */
function takeMessages(bytes, take) {
  let from = 0;
  for (let end = bytes.indexOf("\n\n"); end !== -1; end = bytes.indexOf("\n\n", from)) {
    const message = bytes.subarray(from, end);
    const at = message.indexOf(MARK);
    if (at !== -1)
      take(
        Number.parseFloat(message.toString("latin1", at + MARK.length, at + MARK.length + 20)),
        message.toString("latin1", 4, 30),
      );
    from = end + 2;
  }
  return bytes.subarray(from);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
