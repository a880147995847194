import { describe, expect, it } from "vitest";
import { testClaim } from "./claim.test.fixture.ts";
import { randomSimulation } from "./random-world.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

/** More with `npm run test:causes`. */
const RUNS = Number(process.env.CAUSES_RUNS ?? 50);

describe.each(["STATE", "DETAIL"] as const)("at %s", { timeout: 600_000 }, (verbosity) => {
  it(`a change leads on to every difference it makes, in ${RUNS} simulations made at random`, async () => {
    const unexplained: string[] = [];
    const total = { differing: 0, gaps: 0 };
    for (let seed = 1; seed <= RUNS; seed++) {
      const left = await recorded(randomSimulation(seed, false), verbosity);
      const right = await recorded(randomSimulation(seed, true), verbosity);
      const claim = testClaim(
        left,
        right,
        (event) => event.event_type === "DETAIL" && event.calculation_type === "intervention",
      );
      total.differing += claim.differing;
      total.gaps += claim.gaps;
      unexplained.push(...claim.unexplained.map(({ run, text }) => `seed ${seed}, ${run}: ${text}`));
    }
    const share = (1 - unexplained.length / total.differing) * 100;
    console.log(
      `${verbosity}: ${total.differing} differing events, ${share.toFixed(2)} % with a cause that tells, ${total.gaps} gaps`,
    );
    expect(unexplained.slice(0, 5)).toEqual([]);
    expect(total.gaps).toBe(0);
    expect(total.differing).toBeGreaterThan(RUNS * 2);
  });
});
