// Bursts and stalls, each in a process of its own, so that its memory is its own.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

async function inOwnProcess(script, ...args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await run(process.execPath, [path, ...args.map(String)], { maxBuffer: 1024 * 1024 });
  return JSON.parse(stdout);
}

export const endlessLoop = (count) => inOwnProcess("./endless-loop.mjs", count);
export const stalledSink = () => inOwnProcess("./stalled-sink.mjs");
