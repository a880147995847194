import { expect, it } from "vitest";
import { playSeeds } from "./campaign.test.fixture.ts";

// More, and others, by `npm run test:crash`; which repeats one of these with `--seed N`, and prints its history.
const SEEDS = 40;

it("a run whose disk and process come to harm keeps what was promised, and tells of what is lost", async () => {
  const { failed } = await playSeeds(1, SEEDS);
  expect([failed?.plan.seed, failed?.violation], failed?.history.join("\n")).toEqual([undefined, undefined]);
});
