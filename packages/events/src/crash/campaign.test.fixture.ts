import { planOf } from "./plan.test.fixture.ts";
import { COUNTED, type Counts, noCounts, simulate, type Verdict } from "./simulation.test.fixture.ts";

/** What a round of seeds came to. */
export interface Round {
  seeds: number;
  counts: Counts;
  failed: Verdict | undefined;
  last: Verdict | undefined;
}

/** Plays the histories of so many seeds, until one shows what should not be. */
export async function playSeeds(
  first: number,
  seeds: number,
  onSeed?: (seed: number) => void,
): Promise<Round> {
  const counts = noCounts();
  let last: Verdict | undefined;
  for (let seed = first; seed < first + seeds; seed++) {
    onSeed?.(seed);
    const verdict = await simulate(planOf(seed));
    for (const name of COUNTED) counts[name] += verdict.counts[name];
    if (verdict.violation !== undefined)
      return { seeds: seed - first + 1, counts, failed: verdict, last: verdict };
    last = verdict;
  }
  return { seeds, counts, failed: undefined, last };
}
