// `npm run test:causes`: holds the claim that the causes are complete, by intervention. With `--mutate` it takes out each
// place where reads are noted in turn, and expects that the tests see it.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { build } from "../build.mjs";
import { root, run } from "../install.mjs";
import { MUTATIONS } from "./mutations.mjs";

const vitest = join(root, "node_modules", ".bin", "vitest");
const [option, ...rest] = process.argv.slice(2);
/** Simulations made at random for each mutant, where the channels have not seen it. */
const RUNS = 30;

build();
if (option === "--mutate") await mutate(rest);
else {
  process.env.CAUSES_RUNS ??= "500";
  process.env.CAUSES_EXAMPLES ??= "1000"; // more than there are to change: all
  run(vitest, ["run", "packages/simulation/src/intervention", ...process.argv.slice(2)]);
}

/** @param {readonly string[]} only parts of the names of those to try; none for all */
async function mutate(only) {
  const stale = MUTATIONS.filter(({ file, take }) => count(file, take) !== 1);
  for (const { name, file, take } of stale) {
    console.error(`${name}: what is to be taken out is ${count(file, take)} times in ${file}, not once`);
  }
  const tried = MUTATIONS.map((mutation, index) => ({ ...mutation, index })).filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  // A test that fails of itself would see anything.
  const broken = await failing("none", "*.test.ts");
  if (broken !== undefined) {
    console.error(`The tests have to pass with nothing taken out, and one does not: ${broken}`);
    process.exit(1);
  }
  const waiting = tried.filter((mutation) => count(mutation.file, mutation.take) === 1);
  const results = new Map();
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results.set(next.index, await seenBy(next.index));
      console.error(`${next.name}: ${results.get(next.index) ?? "not seen"}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(availableParallelism() / 2)) }, worker));
  console.log("| taken out | in | seen by |\n| --- | --- | --- |");
  for (const { name, file, index } of tried) {
    console.log(`| ${name} | \`${file}\` | ${results.get(index) ?? "**nothing**"} |`);
  }
  const seen = [...results.values()].filter((test) => test !== undefined).length;
  console.log(`\n${seen} of ${tried.length} seen`);
  if (seen < tried.length) process.exit(1);
}

/** @returns how often the text is in the file */
function count(file, text) {
  return readFileSync(join(root, "packages/simulation/src", file), "utf8").split(text).length - 1;
}

/** @returns the first test that fails without it, or nothing: first the channels are tried, which are quick */
async function seenBy(index) {
  for (const tests of ["channels.test.ts", "asking-channels.test.ts", "*.test.ts"]) {
    const seen = await failing(index, tests);
    if (seen !== undefined) return seen;
  }
}

function failing(index, tests) {
  const config = join(import.meta.dirname, "vitest.config.ts");
  const env = {
    ...process.env,
    CAUSES_MUTANT: String(index),
    CAUSES_TESTS: tests,
    CAUSES_RUNS: String(RUNS),
  };
  return new Promise((resolve) => {
    const settings = { cwd: root, env, maxBuffer: 64 * 1024 * 1024 };
    execFile(vitest, ["run", "--config", config], settings, (_, stdout) => {
      const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"numTotalTestSuites"')));
      for (const { assertionResults, message, status } of testResults) {
        const failed = assertionResults.find((test) => test.status === "failed");
        if (failed) return resolve(failed.title);
        if (status === "failed" && assertionResults.length === 0)
          console.error(`mutant ${index} does not run: ${message}`);
      }
      resolve(undefined);
    });
  });
}
