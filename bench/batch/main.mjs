// npm run bench:batch -- [RUNS] [TURNS] — what a question about a batch costs: the first one, which reads the runs' run.json and summary.json,
// and those after it, which look only whether these are as they were. In processes of their own, as memory is measured, too.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStore } from "../../packages/store/dist/index.js";
import { median, verdict } from "../measure.mjs";
import { writeBatch, writeRun } from "./runs.mjs";

const RUNS = 1000;
const TURNS = 200;
const ROUNDS = 5;
const BATCH = "fishery-1f0c2a9b";
const OUTCOMES = ["fish < 50", "*.effort > 8.5", "fish"];

const [first, second] = process.argv.slice(2);
if (first === "--ask") await asked(second);
else process.exitCode = (await compared(Number(first ?? RUNS), Number(second ?? TURNS))) ? 0 : 1;

async function compared(runs, turns) {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-bench-batch-"));
  try {
    writeBatch(output, { runs, turns });
    const bytes = readdirSync(output).reduce(
      (sum, name) => sum + statSync(join(output, name, "summary.json")).size,
      0,
    );
    console.log(
      `a batch of ${runs} runs of ${turns} turns, 10 variables each, ${(bytes / 1e6).toFixed(0)} MB of summaries`,
    );
    const rounds = Array.from({ length: ROUNDS }, () => askedApart(output));
    const middle = (name) => median(rounds.map((round) => round[name]));
    let ok = verdict("cold: the batch with three outcomes", middle("cold") / 1000, 1, "s");
    console.log(
      `        of it ${Math.round(middle("cpu"))} ms of processor: the rest is the machine's other work`,
    );
    ok = verdict("warm: the same again", middle("warm"), 100, "ms") && ok;
    ok = verdict("warm: another outcome", middle("other"), 300, "ms") && ok;
    ok = verdict("warm: one variable's curves", middle("curves"), 150, "ms") && ok;
    ok = verdict("warm: the list of batches", middle("list"), 100, "ms") && ok;
    ok = verdict("one run has changed", middle("changed"), 1000, "ms") && ok;
    console.log(
      `        the answer as JSON: ${(rounds[0].size / 1e6).toFixed(1)} MB; ${Math.round(middle("rss") / 1e6)} MB resident`,
    );
    console.log(`        ${rounds[0].parting}`);
    return ok;
  } finally {
    rmSync(output, { recursive: true });
  }
}

/** In a process of its own. */
function askedApart(output) {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--ask", output], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("Asking failed.");
  return JSON.parse(stdout);
}

async function asked(output) {
  const store = openStore(output);
  const timed = async (ask) => {
    const begun = performance.now();
    const answer = await ask();
    return [performance.now() - begun, answer];
  };
  const before = process.cpuUsage();
  const [cold, answer] = await timed(() => store.batch(BATCH, { outcome: OUTCOMES }));
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1000;
  const [warm] = await timed(() => store.batch(BATCH, { outcome: OUTCOMES }));
  const [other] = await timed(() => store.batch(BATCH, { outcome: ["*.caught > 150 and turn > 20"] }));
  const [curves] = await timed(() => store.batchCurves(BATCH, { variable: "fish" }));
  const [list] = await timed(() => store.listBatches());
  const settings = { "agents.boat.params.share": 0.05 };
  writeRun(output, { seed: 1, settings, turns: answer.runs[0].turns, planned: undefined });
  const [changed] = await timed(() => store.batch(BATCH, { outcome: OUTCOMES }));
  const parting = [answer.parting?.sentence ?? answer.no_parting, answer.parting?.by?.sentence].join(" ");
  await store.close();
  const size = JSON.stringify(answer).length;
  console.log(
    JSON.stringify({
      cold,
      cpu,
      warm,
      other,
      curves,
      list,
      changed,
      size,
      parting,
      rss: process.memoryUsage().rss,
    }),
  );
}
