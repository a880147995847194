// `npm run test:kill`: writers of runs killed by `kill -9` at random moments. `-- --seed N` repeats one,
// `--rounds N` kills as often, `--life N --size S` lives one life again (the moments are the clock's: try it several times), `--keep` leaves its files.
import { parseArgs } from "node:util";
import { build } from "../build.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    rounds: { type: "string", default: "210" },
    size: { type: "string" },
    life: { type: "string" },
    signal: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
build();
const { campaign, SIZES, tableOf } = await import("./campaign.mjs");

const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const sizes = values.size ? [values.size] : Object.keys(SIZES);
const kills = Math.ceil(Number(values.rounds) / sizes.length);
console.log(`test:kill: ${kills} kills at segments of each of ${sizes.join(", ")}, seed ${seed}`);
const life = values.life && { seed: Number(values.life), size: values.size, isSignalled: values.signal };
const { costs, faults, sums, home } = await campaign({
  seed,
  alone: life || null,
  kills,
  signals: Math.ceil(kills / 4),
  sizes,
  say: console.log,
  keep: values.keep,
});
console.log(tableOf(costs));
console.log(
  `${costs.length} kills over ${sums.runs} runs, ${sums.torn} torn lines, ${sums.sessionsLost} lost sessions recorded; ${sums.signals} signals with ${sums.signalled} events, none of them lost: ${faults.length === 0 ? "nothing but what was promised" : `${faults.length} faults`}`,
);
for (const { again } of faults) console.log(`again: npm run test:kill -- ${again} --keep`);
if (values.keep) console.log(`kept: ${home}`);
process.exit(faults.length === 0 ? 0 : 1);
