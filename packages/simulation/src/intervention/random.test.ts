import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testClaim } from "./claim.test.fixture.ts";
import { isIntervention } from "./interventions.test.fixture.ts";
import { worldOf } from "./random-world.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

/** More with `npm run test:causes`. */
const RUNS = Number(process.env.CAUSES_RUNS ?? 50);
/** Another one makes other worlds. */
const SEED = Number(process.env.CAUSES_SEED ?? 1);

/** How many events differ for each world, at least: what is not recorded cannot, and few worlds have few. */
const DIFFERING = { ACTION: 0.5, STATE: 2, DETAIL: 2 };

describe.each(["ACTION", "STATE", "DETAIL"] as const)("at %s", { timeout: 600_000 }, (verbosity) => {
  it(`a change leads on to every difference it makes, in ${RUNS} simulations made at random`, async () => {
    const total = { differing: 0, worlds: 0, decisions: 0, gaps: 0 };
    const tape = fc.array(fc.nat(999), { maxLength: 160, size: "max" });
    const property = fc.asyncProperty(tape, async (numbers) => {
      const { simulation, decision } = worldOf(numbers);
      const left = await recorded(simulation(false), verbosity);
      const right = await recorded(simulation(true), verbosity);
      const claim = testClaim(left, right, (event) => isIntervention(event, decision));
      total.differing += claim.differing;
      total.gaps += claim.gaps;
      total.worlds++;
      if (decision) total.decisions++;
      expect(claim.unexplained.map(({ run, text }) => `${run}: ${text}`)).toEqual([]);
    });
    // A failure is a small world: its tape, and the seed to run it again with, are in the message.
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
    console.log(
      `${verbosity}: ${total.worlds} simulations made at random, ${total.decisions} of them with a decision changed: ${total.differing} differing events, 100 % with a cause that tells, ${total.gaps} gaps`,
    );
    expect(total.gaps).toBe(0);
    expect(total.differing).toBeGreaterThan(RUNS * DIFFERING[verbosity]);
  });
});
