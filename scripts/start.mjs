// `npm start`: install what is missing, build what changed, run the market example at STATE, show what it wrote, and serve it
// until Ctrl-C. `npm start -- --once` ends after the run.
import { spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "./build.mjs";
import { root, run } from "./install.mjs";

const EXCERPT_LINES = 8;
const command = join(root, "packages", "cli", "bin", "llm-sim.js");

/** The first events of turn 1, as a person reads them. */
async function excerptOf(log) {
  const lines = createInterface({ input: createReadStream(log, "utf8") });
  const shown = [];
  for await (const line of lines) {
    const event = JSON.parse(line);
    if (event.turn_number === 1) shown.push(`  ${event.event_type.padEnd(9)}  ${event.description}`);
    if (shown.length === EXCERPT_LINES) break;
  }
  return shown;
}

/** The usual port, or any where something else has it. */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(0));
    probe.listen(8000, "127.0.0.1", () => probe.close(() => resolve(8000)));
  });
}

build();
const id = `market-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;
const example = join("examples", "market", "simulation.yaml");
run(process.execPath, [command, "run", example, "--verbosity", "STATE", "--id", id]);
console.log("\nHow its log goes on after the start:");
for (const line of await excerptOf(join(root, "output", id, "events.jsonl"))) console.log(line);
const verified = spawnSync(process.execPath, [command, "verify", id], { cwd: root, encoding: "utf8" });
console.log(`\nverify says: ${verified.stdout.trim()}`);

if (!process.argv.includes("--once")) {
  console.log("\nServing it; Ctrl-C ends.");
  run(process.execPath, [command, "serve", "output", "--port", String(await freePort())]);
}
