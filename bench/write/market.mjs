// What recording costs a whole run: the market example as a process of its own, with its stream to files and without one.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "../measure.mjs";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./market-run.mjs", import.meta.url));

/** @returns ms of wall time, medians, and how many events the recorded run has */
export async function marketOverhead(directory, rounds, turns) {
  const times = { off: [], file: [] };
  let events = 0;
  for (let round = -1; round < rounds * 2; round++) {
    for (const stream of round % 2 === 0 ? ["off", "file"] : ["file", "off"]) {
      const outputDir = mkdtempSync(join(directory, "market-"));
      const start = performance.now();
      const { stdout } = await run(process.execPath, [script, stream, outputDir, String(turns)]);
      if (round >= 0) times[stream].push(performance.now() - start);
      if (stream === "file") events = Number(stdout);
      rmSync(outputDir, { recursive: true, force: true });
    }
  }
  return { off: median(times.off), state: median(times.file), events };
}
