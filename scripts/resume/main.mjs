// `npm run test:resume`: a run that asks models, killed by `kill -9` at 50 random moments (or `-- N`) and resumed until it ends.
import { build } from "../build.mjs";

const kills = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
build();
const { campaign } = await import("./campaign.mjs");

/** Mulberry32: enough to draw moments, and the same for the same seed. */
function drawing(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

console.log(`test:resume: ${kills} kills, seed ${seed}`);
const { runs, killed, answered, requests } = await campaign({
  kills,
  random: drawing(seed),
  say: console.log,
});
console.log(
  `${killed} kills over ${runs} runs, ${requests} requests: none of the ${answered} answers that tapes held at a resume was asked again, and each canonical log is that of a run that was not killed.`,
);
