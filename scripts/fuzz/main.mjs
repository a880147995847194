// `npm run test:fuzz`: requests made from the OpenAPI document, whose answers are held to it. `-- --seed N` is another campaign again,
// `--only K` one request of it alone, with what is answered, `--rounds N` so many requests.
import { parseArgs } from "node:util";
import { build } from "../build.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "20000" },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
build();
const { campaign, MEMORY_LIMIT } = await import("./campaign.mjs");

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const count = values.only === undefined ? Number(values.rounds) : 1;
console.log(`test:fuzz: ${count} requests, seed ${seed}`);
const { failures, figures } = await campaign({
  seed,
  count,
  from: Number(values.only ?? 0),
  show: values.only !== undefined,
  say: console.log,
});
for (const failure of failures) console.log(failure);
const { requests, answers, statuses, memory, health, segments } = figures;
const byStatus = Object.entries(statuses).map(([status, times]) => `${times} × ${status}`);
console.log(
  `${requests} requests, ${answers} answers (${byStatus.join(", ")}); the most memory ${memory.reading} and ${memory.writing} MB of ${MEMORY_LIMIT / 1024 / 1024}; /health ${health.asked} times, the slowest ${health.slowest} ms; the run that was written came to ${segments} segments.`,
);
console.log(failures.length === 0 ? "No answer breaks the contract." : `${failures.length} failures.`);
process.exitCode = failures.length === 0 ? 0 : 1;
