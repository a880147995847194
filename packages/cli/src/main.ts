import { writeSync } from "node:fs";
import { processContext } from "./context/index.ts";
import { EXIT } from "./failure/index.ts";
import { runLlmSim } from "./program.ts";

/** Node's own exit code where the program's promise never settles. */
const UNSETTLED = 13;

/**
 * The command line program: what was asked is done, and the exit code says how it went. Then the process ends: a timer or a
 * server that a simulation's code left open keeps it no longer.
 */
export async function main(): Promise<void> {
  process.on("exit", tellOfUnsettled);
  const context = processContext();
  const exitCode = await runLlmSim(process.argv.slice(2), context);
  process.off("exit", tellOfUnsettled);
  await Promise.all([context.stdout.written(), context.stderr.written()]);
  process.exit(exitCode);
}

/** Without this, a process with nothing left to do would end in the middle of its work without a word. */
function tellOfUnsettled(): void {
  if (process.exitCode !== UNSETTLED) return;
  const message =
    "error: the work was not done: it waits for what can never come (code of the simulation's, most likely)";
  writeSync(process.stderr.fd, `${message}\n`);
  process.exitCode = EXIT.failed;
}
