import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planOf } from "./plan.test.fixture.ts";
import { COUNTED, type Counts, noCounts, simulate, type Verdict } from "./simulation.test.fixture.ts";

/** What a round of seeds came to. */
export interface Round {
  seeds: number;
  counts: Counts;
  failed: Verdict | undefined;
}

/** Plays the histories of so many seeds, until one shows what should not be. */
export async function playSeeds(
  first: number,
  seeds: number,
  onSeed?: (seed: number) => void,
): Promise<Round> {
  const scratch = mkdtempSync(join(tmpdir(), "crash-"));
  const counts = noCounts();
  try {
    for (let seed = first; seed < first + seeds; seed++) {
      onSeed?.(seed);
      const verdict = await simulate(planOf(seed), scratch);
      for (const name of COUNTED) counts[name] += verdict.counts[name];
      if (verdict.violation !== undefined) return { seeds: seed - first + 1, counts, failed: verdict };
    }
    return { seeds, counts, failed: undefined };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
