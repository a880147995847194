// `npm run test:crash`: the writer over a disk and a clock that a seed drives, stopped anywhere, opened again and read.
//   -- --seed N       plays one seed and prints its history
//   -- --rounds N     so many seeds (10000)
//   -- --from N       beginning with this one (1)
//   -- --mutate       takes a thing at a time out of the writer, and looks after how many seeds each is seen
import { fork } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../build.mjs";
import { root } from "../install.mjs";
import { MUTATIONS } from "./mutations.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    rounds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    mutate: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
});
const PIECE = 100;
const MOST_MUTANT_SEEDS = 1000;
const dist = join(root, "packages", "events", "dist");
const mutants = join(root, "node_modules", ".cache", "crash");

if (!process.env.BUILT) build();
if (values.mutate) await mutate(values.only);
else if (values.seed === undefined) await campaign(Number(values.from), Number(values.rounds));
else await repeat(Number(values.seed));

/** Plays seeds in as many processes as there are processors, a piece of them at a time. */
async function campaign(from, rounds) {
  const last = from + rounds - 1;
  console.log(`test:crash: seeds ${from} to ${last}`);
  const began = performance.now();
  const counts = {};
  let next = from;
  let played = 0;
  /** @type {number[]} */
  const failures = [];
  const worker = () =>
    new Promise((resolve, reject) => {
      const child = fork(join(import.meta.dirname, "play.mjs"), [dist]);
      const give = () => {
        if (next > last || failures.length > 0) return child.disconnect();
        child.send({ first: next, seeds: Math.min(PIECE, last - next + 1) });
        next += PIECE;
      };
      child.on("message", (round) => {
        played += round.seeds;
        for (const [name, count] of Object.entries(round.counts)) counts[name] = (counts[name] ?? 0) + count;
        if (round.failed !== undefined) failures.push(round.failed);
        give();
      });
      child.on("error", reject);
      child.on("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`)),
      );
      give();
    });
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  const seconds = (performance.now() - began) / 1000;
  const said = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  const [failed] = failures.toSorted((left, right) => left - right);
  if (failed !== undefined) await repeat(failed);
  console.log(
    `${played} seeds in ${seconds.toFixed(1)} s, ${(played / seconds).toFixed(0)} a second: ${said.join(", ")}; ${failed === undefined ? "all as promised" : `seed ${failed} is not`}`,
  );
}

async function repeat(seed) {
  const { planOf, shrunk, simulate } = await import(join(dist, "crash", "campaign.test.fixture.js"));
  const whole = await simulate(planOf(seed));
  const verdict = whole.violation === undefined ? whole : await shrunk(whole);
  console.log(verdict.history.join("\n"));
  console.log(`\n${verdict.table.join("\n")}`);
  if (verdict.violation === undefined) return console.log(`\nseed ${seed}: all as promised`);
  console.log(`\nseed ${seed}: ${verdict.violation}\nto repeat it: npm run test:crash -- --seed ${seed}`);
  process.exitCode = 1;
}

/** @param only a part of the names of those to try */
async function mutate(only) {
  let unseen = 0;
  for (const [index, { name, file, take, put }] of MUTATIONS.entries()) {
    if (!name.includes(only)) continue;
    const text = readFileSync(join(dist, file), "utf8");
    if (text.split(take).length !== 2) {
      unseen++;
      console.log(
        `| ${name} | what is to be taken out stands ${text.split(take).length - 1} times in ${file} |`,
      );
      continue;
    }
    const home = join(mutants, String(index));
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    cpSync(dist, home, { recursive: true });
    writeFileSync(join(home, "package.json"), '{ "type": "module" }\n');
    writeFileSync(
      join(home, file),
      text.replace(take, () => put),
    );
    const { playSeeds } = await import(join(home, "crash", "campaign.test.fixture.js"));
    const { seeds, failed } = await playSeeds(1, MOST_MUTANT_SEEDS);
    if (failed) console.log(`| ${name} | ${seeds} | ${failed.violation.split("\n")[0].slice(0, 200)} |`);
    else {
      unseen++;
      console.log(`| ${name} | not seen in ${seeds} seeds | |`);
    }
    rmSync(home, { recursive: true, force: true });
  }
  if (unseen > 0) process.exitCode = 1;
}
