// What every await of the host costs while a stream is open: AsyncLocalStorage, once used, hooks into all of them.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "../measure.mjs";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./await-loop.mjs", import.meta.url));

/** @returns ns per await, by kind of scope, each measured in processes of its own */
export async function awaitCost(rounds) {
  const results = { "without a stream": [], "scopes: explicit": [], "scopes: async": [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(results)) {
      const { stdout } = await run(process.execPath, [script, name]);
      results[name].push(Number(stdout));
    }
  }
  return Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)]));
}
