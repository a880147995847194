// `npm run test:resume`: a run that asks models, killed by `kill -9` at 50 random moments (or `-- N`) and resumed until it ends.
import { build } from "../build.mjs";
import { drawsFrom } from "../draws.mjs";

const kills = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
build();
const { campaign } = await import("./campaign.mjs");

console.log(`test:resume: ${kills} kills, seed ${seed}`);
const { runs, killed, answered, requests } = await campaign({
  kills,
  random: drawsFrom(seed),
  say: console.log,
});
console.log(
  `${killed} kills over ${runs} runs, ${requests} requests: none of the ${answered} answers that tapes held at a resume was asked again, and each canonical log is that of a run that was not killed.`,
);
