// `npm start`: install what is missing, build what changed, run the market example at STATE, show what it wrote, and serve it
// until Ctrl-C. `npm start -- --once` ends after the run.
import { createReadStream } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { root } from "./install.mjs";
import { endWithNpm, step } from "./steps.mjs";

const EXCERPT_LINES = 8;
const build = join(root, "scripts", "build.mjs");
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

endWithNpm();
await step([build]);
const id = `market-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;
const example = join("examples", "market", "simulation.yaml");
await step([command, "run", example, "--verbosity", "STATE", "--id", id]);
console.log("\nHow its log goes on after the start:");
for (const line of await excerptOf(join(root, "output", id, "events.jsonl"))) console.log(line);
console.log(`\nverify says: ${(await step([command, "verify", id], "pipe")).trim()}`);

if (!process.argv.includes("--once")) {
  console.log("\nServing it; Ctrl-C ends.");
  // In this process: whoever ends it, in whatever way, has ended the server.
  process.argv = [process.execPath, command, "serve", "output", "--port", String(await freePort())];
  process.chdir(root);
  await import(pathToFileURL(command).href);
}
