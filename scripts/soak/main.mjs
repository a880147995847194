// `npm run test:soak`: a run that is written, followed, asked, rotated and compressed for 10 minutes, or `-- --minutes N`.
import { parseArgs } from "node:util";
import { build } from "../build.mjs";

const { values } = parseArgs({
  options: { seed: { type: "string" }, minutes: { type: "string", default: "10" } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
build();
const { campaign } = await import("./campaign.mjs");

console.log(`test:soak: ${values.minutes} minutes, seed ${seed}`);
const { failures, told } = await campaign({ seconds: Number(values.minutes) * 60, seed, say: console.log });
for (const line of told) console.log(line);
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(
  failures.length === 0
    ? "Memory and open files are flat, the log is whole, and all saw every event once."
    : `${failures.length} failures; again: npm run test:soak -- --minutes ${values.minutes} --seed ${seed}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
