import { expect, it } from "vitest";
import { campaign } from "./campaign.mjs";

it("a thousand requests made from the document are answered as it says, and change nothing they are not for", async () => {
  const { failures, figures } = await campaign({ seed: 20_261_127, count: 1000 });
  expect(failures).toEqual([]);
  expect(figures.answers).toBeGreaterThan(900);
}, 120_000);
