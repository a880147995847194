// npm run bench:lake -- --beside ROUNDS: what --ship-to costs the run that it ships, by turns with and without it. The engine is told to
// give way, as the process that ships does: a lake is on another machine.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../measure.mjs";
import { PROGRAM } from "../runs/many-runs.mjs";

const MARKET = new URL("../../examples/market/simulation.yaml", import.meta.url).pathname;
const TURNS = 4000;

/** @param tried where lakes are made */
export async function besideMeasured(tried, rounds) {
  const home = mkdtempSync(join(tmpdir(), "llm-sim-bench-beside-"));
  if (tried.engine !== undefined) setPriority(tried.engine.pid, constants.priority.PRIORITY_LOW);
  const ratios = { run: [], command: [] };
  try {
    let last;
    for (let round = 0; round < rounds; round++) {
      const alone = await timed(home, `alone-${round}`, []);
      const beside = await timed(home, `beside-${round}`, ["--ship-to", tried.address()]);
      for (const each of Object.keys(ratios)) ratios[each].push(beside[each] / alone[each]);
      last = { alone, beside };
    }
    console.log(
      `a run of ${TURNS} turns and ${last.alone.events.toLocaleString("en")} events, ${rounds} times with and without --ship-to: it takes ${median(ratios.run).toFixed(2)} times as long with it, the command ${median(ratios.command).toFixed(2)} times (the last ones ${seconds(last.alone.run)} and ${seconds(last.beside.run)}, ${seconds(last.alone.command)} and ${seconds(last.beside.command)})`,
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** @returns milliseconds of the run, by its own word, and of the command, which waits for the lake */
async function timed(home, id, more) {
  const args = ["run", MARKET, "--output", home, "--id", id, "--turns", String(TURNS), "--quiet", ...more];
  const begun = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  const command = performance.now() - begun;
  if (code !== 0) throw new Error(`${id} ended with ${code}`);
  const { start_time, end_time, counts } = JSON.parse(readFileSync(join(home, id, "run.json"), "utf8"));
  rmSync(join(home, id), { recursive: true });
  return { run: Date.parse(end_time) - Date.parse(start_time), command, events: counts.emitted };
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
