// A process of the campaign: plays the pieces of seeds that it is sent.
import { join } from "node:path";

const [, , dist] = process.argv;
const { playSeeds } = await import(join(dist ?? "", "crash", "campaign.test.fixture.js"));
let waiting = Promise.resolve();
process.on("message", ({ first, seeds }) => {
  waiting = waiting.then(async () => {
    const round = await playSeeds(first, seeds);
    process.send?.({ seeds: round.seeds, counts: round.counts, failed: round.failed?.plan.seed });
  });
});
