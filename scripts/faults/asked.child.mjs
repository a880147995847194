// Commands of the command line, one after the other in one process, as starting one for each would take a second each time.
import { once } from "node:events";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { root } from "../install.mjs";

const dist = (name) => import(pathToFileURL(join(root, "packages", "cli", "dist", name)).href);
const { runLlmSim } = await dist("program.js");
const { Output } = await dist("context/index.js");

// More than any answer that is looked at whole.
const KEPT = 60_000_000;

function heard() {
  const parts = [];
  let length = 0;
  const stream = new Writable({
    write(bytes, _, done) {
      if (length < KEPT) parts.push(bytes);
      length += bytes.length;
      done();
    },
  });
  return {
    output: new Output(stream, { isTerminal: false, color: false }),
    text: () => Buffer.concat(parts).toString(),
  };
}

process.on("message", (args) => void answer(args));

async function answer(args) {
  const [stdout, stderr] = [heard(), heard()];
  const context = {
    stdout: stdout.output,
    stderr: stderr.output,
    env: {},
    cwd: process.cwd(),
    now: Date.now,
    interruptible: (work) => work(new AbortController().signal),
  };
  const code = await runLlmSim(args, context);
  process.send({ code, stdout: stdout.text(), stderr: stderr.text() });
}
process.send("ready");
await once(process, "disconnect");
