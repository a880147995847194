import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { child, doer, hamlet, sitter, withMoreBread } from "../roster/hamlet.test.fixture.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { isIntervention } from "./interventions.test.fixture.ts";
import { IDS, scriptOf, TURNS, TYPES, village } from "./random-village.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

/** More with `npm run test:causes`. */
const RUNS = Number(process.env.CAUSES_RUNS ?? 40);

describe.each(["STATE", "DETAIL"] as const)("at %s", (verbosity) => {
  it(`more bread leads on to whoever comes, goes and sits out for it, in ${RUNS} simulations made at random`, async () => {
    let differing = 0;
    await fc.assert(
      fc.asyncProperty(village, async ({ steps, agents }) => {
        const script = scriptOf(steps);
        const types = Object.fromEntries(
          agents.map((type, index) => [IDS[index] ?? "", TYPES[type] ?? sitter]),
        );
        const at = (isChanged: boolean) =>
          hamlet(isChanged ? withMoreBread(script) : script, {
            agents: types,
            turns: TURNS,
            agent_types: { child, doer },
          });
        const claim = testClaim(
          await recorded(at(false), verbosity),
          await recorded(at(true), verbosity),
          (event) => isIntervention(event),
        );
        differing += claim.differing;
        expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
      }),
      { numRuns: RUNS, seed: 1 },
    );
    expect(differing).toBeGreaterThan(RUNS);
  }, 600_000);
});
