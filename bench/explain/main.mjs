// What a question about a run of a million events costs, once its index is there: the state at a turn, why a variable has its
// value, where two runs part ways. Each figure is the slowest of several places in the run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig, runSimulation } from "../../packages/simulation/dist/index.js";
import { RunExplainer } from "../../packages/store/dist/explain/index.js";
import { RunReader } from "../../packages/store/dist/reader/index.js";
import { median, verdict } from "../measure.mjs";
import { benchmarkRun } from "./logs.mjs";

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const PLACES = [0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
const TIMES = 5;

const few = await opened({ events: EVENTS, agents: 50, seed: 1 });
const many = await opened({ events: EVENTS, agents: 1000, seed: 1 });
const same = await opened({ events: EVENTS, agents: 50, seed: 1, copy: "-again" });
const other = await opened({ events: EVENTS, agents: 50, seed: 2 });
let ok = true;

console.log(`${EVENTS} events, milliseconds`);
for (const [name, run] of [
  ["50 agents", few],
  ["1,000 agents", many],
]) {
  const turns = PLACES.map((part) => Math.max(1, Math.floor(run.turns * part)));
  const states = await slowest(turns, (turn) => run.explain.state({ turn }));
  ok = verdict(`state at any of ${run.turns} turns, ${name}`, states.slowest, 50, "ms") && ok;
  console.log(
    `        ${turns.map((turn, place) => `turn ${turn}: ${states.medians[place].toFixed(1)}`).join(", ")}`,
  );
  const agent = run.agents[Math.floor(run.agents.length / 2)];
  const whys = await slowest(turns, (turn) => run.explain.why({ variable: "wealth", agent_id: agent, turn }));
  ok = verdict(`why, with the ledger from the start, ${name}`, whys.slowest, 50, "ms") && ok;
  const deep = await slowest(turns.slice(1), (turn) =>
    run.explain.why({ variable: "wealth", agent_id: agent, turn, depth: 100 }),
  );
  ok = verdict(`why, 100 steps deep, ${name}`, deep.slowest, 50, "ms") && ok;
  const { decisions } = await run.explain.widest({ limit: 1 });
  const effects = await slowest([1], () =>
    run.explain.effects({ event_id: decisions[0].event_id, depth: 20 }),
  );
  ok = verdict(`effects, 20 steps deep, ${name}`, effects.slowest, 50, "ms") && ok;
  await printed(`history of a variable, 1,000 writes, ${name}`, () =>
    run.explain.history({ variable: "wealth", agent_id: agent }),
  );
  await printed(`the widest decisions, ${name}`, () => run.explain.widest());
  await printed(`find *.wealth < 500, ${name}`, () => run.explain.find({ expression: "*.wealth < 500" }));
}
for (const [name, right] of [
  ["that are equal", same],
  ["that differ from the first turn on", other],
]) {
  const begun = performance.now();
  const answer = await few.explain.compare(right.explain);
  ok = verdict(`diff of two runs ${name}`, (performance.now() - begun) / 1000, 10, "s") && ok;
  console.log(
    `        ${answer.differences.total} differences; ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`,
  );
}
ok = (await explainedEpidemic()) && ok;
process.exitCode = ok ? 0 : 1;

/** A run in which causes are complete: of a decision dozens, of a rule a thousand. */
async function explainedEpidemic() {
  const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-bench-epidemic-"));
  try {
    const config = await loadConfig(
      fileURLToPath(new URL("../../examples/epidemic/simulation.yaml", import.meta.url)),
    );
    const { directory } = await runSimulation(config, {
      outputDir,
      simulationId: "epidemic",
      signals: false,
    });
    const explain = RunExplainer.over(new RunReader("epidemic", directory, { sidecar: true }));
    const { turn } = await explain.state();
    const { decisions } = await explain.widest({ limit: 1 });
    const { moments } = await explain.find({ expression: '*.health == "infected"', limit: 10_000 });
    const questions = {
      "what a rule counted over all": { variable: "infected" },
      "the same at its height": { variable: "infected", turn: Math.round(turn / 3) },
      "a person's health": { event_id: moments.at(-1).event_id },
      "a decision": { event_id: decisions[0].event_id },
    };
    let isSoon = true;
    for (const [name, question] of Object.entries(questions)) {
      const { slowest: time } = await slowest([question], (asked) => explain.why(asked));
      const answer = await explain.why(question);
      isSoon = verdict(`why in the epidemic of 1,000, ${name}`, time, 300, "ms") && isSoon;
      isSoon = verdict("  steps it takes", answer.steps.length, 12, "steps") && isSoon;
    }
    return isSoon;
  } finally {
    rmSync(outputDir, { recursive: true, force: true });
  }
}

async function opened(shape) {
  const { id, directory } = benchmarkRun(shape);
  const reader = new RunReader(id, directory, { sidecar: true });
  const explain = RunExplainer.over(reader);
  const { turn, agents } = await explain.state();
  return { explain, turns: turn, agents: Object.keys(agents) };
}

/** The median of several times for each place, and the slowest of these. */
async function slowest(places, ask) {
  const medians = [];
  for (const place of places) {
    const times = [];
    for (let time = 0; time < TIMES; time++) {
      const begun = performance.now();
      await ask(place);
      times.push(performance.now() - begun);
    }
    medians.push(median(times));
  }
  return { medians, slowest: Math.max(...medians) };
}

async function printed(label, ask) {
  const begun = performance.now();
  await ask();
  console.log(`        ${label}: ${(performance.now() - begun).toFixed(1)}`);
}
