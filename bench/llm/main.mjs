// npm run bench:llm — what recording the calls of language models costs a run, what a conversation takes on the tape, and playing it again.
// Arguments: --agents N (1000), --rounds N (3).
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AnswersOnTape, createModels, LlmAgent } from "@llm-sim/llm";
import { runSimulation } from "@llm-sim/simulation";
import { alternate, verdict } from "../measure.mjs";
import { asking, bazaar, byRule, PERSONA, talking } from "./bazaar.mjs";

const { values } = parseArgs({
  options: { agents: { type: "string", default: "1000" }, rounds: { type: "string", default: "3" } },
});
const agents = Number(values.agents);
const rounds = Number(values.rounds);
/** As many calls as there are agents: the round before those that count is for code to warm up. */
const TURNS = 1;
const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-bench-"));
const server = fork(fileURLToPath(new URL("./server.mjs", import.meta.url)));
const [[base_url, ofTypeUrl]] = await once(server, "message");
const BY_RULES = "by rules";
const results = [];
const hold = (label, value, limit, unit) => results.push(verdict(label, value, limit, unit));

/** @returns how long it took and what of it this process worked, in milliseconds, and the run's directory */
async function timed(simulation, options = {}) {
  const begun = performance.now();
  const used = process.cpuUsage();
  const { directory, status, troubles } = await runSimulation(simulation, {
    outputDir,
    signals: false,
    ...options,
  });
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(used);
  if (status !== "completed" || troubles.failures > 0)
    throw new Error(`${troubles.failures} decisions failed`);
  return { ms, cpu: (user + system) / 1000, directory };
}

/**
 * @returns the least wall and CPU time of all rounds, in milliseconds, of each run's `parts`th part: what else the machine does only
 * adds to it
 */
async function measured(contestants, parts) {
  const [cpu, wall] = [0, 1].map(() =>
    Object.fromEntries(Object.keys(contestants).map((name) => [name, []])),
  );
  const sides = Object.entries(contestants).map(([name, make]) => [
    name,
    async () => {
      const run = await make();
      cpu[name].push(run.cpu / parts);
      wall[name].push(run.ms / parts);
      return run.ms / parts;
    },
  ]);
  await alternate(Object.fromEntries(sides), rounds);
  // The first round only warms up.
  const least = (times) => Math.min(...times.slice(1));
  const rows = Object.keys(wall).map((name) => [name, { wall: least(wall[name]), cpu: least(cpu[name]) }]);
  return Object.fromEntries(rows);
}

async function recording() {
  const llm = { base_url, model: "llama3.1", concurrency: 64 };
  const of = (tape, options) => async () => {
    const run = await timed(bazaar({ agents, turns: TURNS, agent: asking, llm: { ...llm, tape } }), options);
    if (run.directory !== undefined) rmSync(run.directory, { recursive: true });
    return run;
  };
  const contestants = {
    "nothing recorded": of("off", { stream: "off" }),
    "log, no tape": of("off"),
    "log and tape": of("full"),
  };
  return measured(contestants, agents * TURNS);
}

/** @returns bytes on the tape by turn */
async function conversation(turns) {
  const llm = { base_url, model: "llama3.1" };
  const { directory } = await timed(bazaar({ agents: 1, turns, agent: talking(), llm }));
  const bytes = Array.from({ length: turns }, () => 0);
  let before = 0;
  for (const line of readFileSync(join(directory, "tape.jsonl"), "utf8").trimEnd().split("\n")) {
    before += Buffer.byteLength(line) + 1;
    const { coordinate } = JSON.parse(line);
    if (coordinate === undefined) continue; // told with the attempt that says it
    bytes[coordinate.turn - 1] += before;
    before = 0;
  }
  return bytes;
}

/** @returns wall and CPU time of a turn, in milliseconds, by who decides */
async function playingAgain(turns, many) {
  const fromTape = async (address, agent, params) => {
    const llm = { base_url: address, model: "llama3.1" };
    const asked = () => bazaar({ agents: many, turns, agent, params, llm });
    const { directory } = await timed(asked());
    return async () => {
      const answers = await AnswersOnTape.read(join(directory, "tape.jsonl"));
      const models = await createModels({ settings: llm, source: { answers, onMiss: "fail" } });
      const run = await timed(asked(), { models });
      if (answers.misses.length + answers.unasked.length > 0) throw new Error("it is not the same run");
      return run;
    };
  };
  const contestants = {
    [BY_RULES]: () => timed(bazaar({ agents: many, turns, agent: byRule })),
    "from the tape, agents that ask": await fromTape(base_url, asking),
    "from the tape, type llm": await fromTape(ofTypeUrl, LlmAgent, { persona: PERSONA }),
  };
  return measured(contestants, turns);
}

try {
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}; the least of ${rounds} rounds\n`,
  );

  console.log(
    `${agents} agents, turns: ${TURNS}, each with a question a turn to a model that answers at once, 64 at a time:`,
  );
  const cost = await recording();
  const off = cost["nothing recorded"];
  for (const [name, { wall, cpu }] of Object.entries(cost)) {
    const ratios = `${(wall / off.wall).toFixed(3)} × nothing; CPU ${cpu.toFixed(3)} ms, ${(cpu / off.cpu).toFixed(3)} ×`;
    console.log(`  ${name.padEnd(20)} ${wall.toFixed(3).padStart(8)} ms a call, ${ratios}`);
  }
  const full = cost["log and tape"];
  hold("wall time with log and tape beside nothing recorded", full.wall / off.wall, 1.05);
  const log = cost["log, no tape"];
  console.log(
    `  The tape beside the log alone: ${(full.wall / log.wall).toFixed(3)} × wall, ${(full.cpu / log.cpu).toFixed(3)} × CPU`,
  );

  const turns = 200;
  console.log(`\nA conversation that grows, ${turns} turns of one agent, which says all of it each turn:`);
  const bytes = await conversation(turns);
  const sum = (from, to) => bytes.slice(from, to).reduce((total, one) => total + one, 0);
  console.log("  turns        bytes a turn   tape so far");
  for (let to = 25; to <= turns; to += 25)
    console.log(
      `  ${`${to - 24}–${to}`.padEnd(10)} ${(sum(to - 25, to) / 25).toFixed(0).padStart(14)} ${sum(0, to).toLocaleString("en").padStart(13)}`,
    );
  hold("bytes of turns 151–200 beside those of 51–100", sum(150, 200) / sum(50, 100), 1.05);

  console.log("\n50 turns of 8 agents, played again:");
  const played = await playingAgain(50, 8);
  for (const [name, { wall, cpu }] of Object.entries(played))
    console.log(`  ${name.padEnd(32)} ${wall.toFixed(2).padStart(8)} ms a turn; CPU ${cpu.toFixed(2)} ms`);
  const { [BY_RULES]: byRules, ...others } = played;
  for (const [name, { wall }] of Object.entries(others))
    hold(`a turn ${name}, beyond one by rules`, wall - byRules.wall, 10, "ms");
} finally {
  server.disconnect();
  rmSync(outputDir, { recursive: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
