import { expect, it } from "vitest";
import { campaign } from "./campaign.mjs";

it("a run that asks models is resumed after kills as if there had been none", async () => {
  const moments = [0.3, 0.8, 0.5];
  let drawn = 0;
  const done = await campaign({ kills: 3, turns: 20, random: () => moments[drawn++ % moments.length] ?? 0 });
  expect(done.killed).toBeGreaterThanOrEqual(3);
}, 120_000);
