// `npm run test:crash`: the writer over a disk and a clock that a seed drives, stopped anywhere, opened again and read.
import { parseArgs } from "node:util";
import { build } from "../build.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    rounds: { type: "string", default: "10000" },
    from: { type: "string" },
    built: { type: "boolean" },
  },
});
if (!values.built) build();
const { playSeeds } = await import("../../packages/events/dist/crash/campaign.test.fixture.js");
const only = values.seed === undefined ? undefined : Number(values.seed);
const first = only ?? Number(values.from ?? 1);
const rounds = only === undefined ? Number(values.rounds) : 1;
console.log(`test:crash: seeds ${first} to ${first + rounds - 1}`);
const began = performance.now();
const { seeds, counts, failed, last } = await playSeeds(first, rounds);
const seconds = (performance.now() - began) / 1000;
if (failed || only !== undefined) {
  const { plan, violation, history, table } = last;
  console.log(history?.join("\n"));
  console.log(table?.join("\n"));
  if (violation) console.log(`\nseed ${plan.seed}: ${violation}\nnpm run test:crash -- --seed ${plan.seed}`);
}
console.log(
  `${seeds} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)} a second): ${JSON.stringify(counts)}`,
);
process.exit(failed ? 1 : 0);
