import { processContext } from "./context/index.ts";
import { runLlmSim } from "./program.ts";

/** The command line program: what was asked is done, and the exit code says how it went. */
export async function main(): Promise<void> {
  process.exitCode = await runLlmSim(process.argv.slice(2), processContext());
}
