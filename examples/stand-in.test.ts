import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { recordTape } from "./stand-in.mjs";

/** The lines of a tape, without how long the answers took. */
async function saidOn(tape: string): Promise<string[]> {
  const lines = (await readFile(tape, "utf8")).trimEnd().split("\n");
  return lines.map((line) => line.replace(/"latency_ms":[\d.]+/, ""));
}

it.each(["negotiation", "town-hall"])("the tape of %s is what its stand-in says", async (example) => {
  const recorded = await recordTape(example, saidOn);
  expect(recorded.length).toBeGreaterThan(10);
  // Who asks at the same time may come onto the tape in another order.
  expect(recorded.toSorted()).toEqual(
    (await saidOn(`${import.meta.dirname}/${example}/tape.jsonl`)).toSorted(),
  );
});
